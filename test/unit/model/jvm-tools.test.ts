import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {jvmCommand, NO_JVM, NO_TOOLS, recordingCommands} from '../../../src/model/jvm-tools.js'
import {RELEASES} from '../../support/lab.js'

/** It says what it was asked, and knows two JVMs. */
const JCMD = `#!/bin/sh
[ "$1" = -l ] || { echo "asked $*"; exit 0; }
echo "41 jdk.jcmd/sun.tools.jcmd.JCmd -l"
echo "42 com.example.Server start --port 1"
`

describe("the tools of a container's JDK", () => {
  const home = mkdtempSync(join(tmpdir(), 'apim-lab-jcmd-'))
  const tools = join(home, 'bin')
  mkdirSync(tools)
  for (const name of ['jcmd', 'jstat']) {
    writeFileSync(join(tools, name), JCMD)
    chmodSync(join(tools, name), 0o755)
  }
  after(() => rmSync(home, {recursive: true}))
  const jvm = {mainClass: 'com.example.Server', tools}

  function run([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = {PATH: '/usr/bin:/bin'}) {
    const {status, stdout, stderr} = spawnSync(program, args, {encoding: 'utf8', env})
    return {status, stdout, stderr}
  }

  it('are asked about the process that runs the server', () => {
    assert.equal(run(jvmCommand('threads', jvm)).stdout, 'asked 42 Thread.print -l\n')
    assert.equal(run(jvmCommand('heap', jvm)).stdout, 'asked 42 GC.class_histogram\n')
    assert.equal(run(jvmCommand('gc', jvm)).stdout, 'asked -gcutil 42 1000 5\n')
  })

  it('are those of JAVA_HOME first, and else of PATH', () => {
    const command = jvmCommand('heap', {...jvm, tools: '/nowhere'})
    for (const env of [{PATH: `${tools}:/usr/bin:/bin`}, {PATH: '/usr/bin:/bin', JAVA_HOME: home}]) {
      const {status, stdout} = run(command, env)
      assert.equal(`${status} ${stdout}`, '0 asked 42 GC.class_histogram\n')
    }
  })

  it('may be missing, and so may the process', () => {
    const PATH = mkdtempSync(join(tmpdir(), 'apim-lab-nothing-'))
    const [, ...args] = jvmCommand('heap', {...jvm, tools: '/nowhere'})
    assert.equal(run(['/bin/sh', ...args], {PATH}).status, NO_TOOLS)
    rmSync(PATH, {recursive: true})
    assert.equal(run(jvmCommand('heap', {...jvm, mainClass: 'com.example.Other'})).status, NO_JVM)
  })

  it('write a recording, print it and remove it', () => {
    const file = join(tools, 'a recording')
    writeFileSync(file, 'events')
    const {begin, end} = recordingCommands(jvm, file)
    assert.equal(run(begin).stdout, 'asked 42 JFR.start name=apim-lab settings=profile\n')
    const {stdout, stderr} = run(end)
    assert.equal(stdout, 'events')
    assert.equal(stderr, `asked 42 JFR.dump name=apim-lab filename=${file}\nasked 42 JFR.stop name=apim-lab\n`)
    assert.equal(run(['cat', file]).status, 1)
  })

  it('are known of every component that is a Java program', () => {
    const all = RELEASES.flatMap(({components}) => components.flatMap(it => it.jvm ?? []))
    assert.ok(all.length > 10)
    for (const it of all) assert.match(`${it.mainClass} ${it.tools}`, /^[\w.]+\.[A-Z]\w+ \/\S+$/)
  })
})
