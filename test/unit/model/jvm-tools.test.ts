import assert from 'node:assert/strict'
import {spawn, spawnSync, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {
  DEAF,
  jvmCommand,
  NO_JVM,
  NO_TOOLS,
  OTHER_USER,
  recordingCommands,
  signalCommand,
} from '../../../src/model/jvm-tools.js'
import {eventually} from '../../support/eventually.js'
import {RELEASES} from '../../support/lab.js'

/** It says what it was asked. */
const TOOL = '#!/bin/sh\necho "asked $*"\n'
const PATH = '/usr/bin:/bin'

describe("the tools of a container's JDK", () => {
  const home = mkdtempSync(join(tmpdir(), 'apim-lab-jcmd-'))
  const tools = join(home, 'bin')
  chmodSync(home, 0o755)
  mkdirSync(tools)
  for (const name of ['jcmd', 'jstat']) {
    writeFileSync(join(tools, name), TOOL)
    chmodSync(join(tools, name), 0o755)
  }
  /** What is called so is a JVM for whoever looks at processes. */
  const java = join(home, 'java')
  symlinkSync('/bin/sh', java)
  const mainClass = `com.example.Server${process.pid}`
  const jvm = {mainClass, tools}
  const without = {mainClass, tools: '/nowhere'}
  let server: ChildProcess

  async function start(script: string, name = mainClass, options: {uid?: number; gid?: number} = {}) {
    const child = spawn(java, ['-c', `${script} echo here; read end`, name], {
      stdio: ['pipe', 'pipe', 'ignore'],
      ...options,
    })
    await once(child.stdout, 'data')
    return child
  }
  async function end(child: ChildProcess): Promise<void> {
    const ended = once(child, 'exit')
    child.stdin?.end()
    await ended
  }

  before(async () => {
    server = await start('')
  })
  after(async () => {
    await end(server)
    rmSync(home, {recursive: true})
  })

  function run([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = {PATH}) {
    const {status, stdout, stderr} = spawnSync(program, args, {encoding: 'utf8', env})
    return {status, stdout, stderr}
  }

  it('are asked about the process that runs the server', () => {
    const {pid} = server
    assert.equal(run(jvmCommand('threads', jvm)).stdout, `asked ${pid} Thread.print -l\n`)
    assert.equal(run(jvmCommand('heap', jvm)).stdout, `asked ${pid} GC.class_histogram\n`)
    assert.equal(run(jvmCommand('gc', jvm)).stdout, `asked -gcutil ${pid} 1000 5\n`)
  })

  it('are those of JAVA_HOME first, and else of PATH', () => {
    for (const env of [{PATH: `${tools}:${PATH}`}, {PATH, JAVA_HOME: home}]) {
      const {status, stdout} = run(jvmCommand('heap', without), env)
      assert.equal(`${status} ${stdout}`, `0 asked ${server.pid} GC.class_histogram\n`)
    }
  })

  it('may be missing, and so may the process', () => {
    const bare = join(home, 'bare')
    mkdirSync(bare)
    for (const name of ['tr', 'grep', 'id', 'dirname']) symlinkSync(join('/usr/bin', name), join(bare, name))
    const [, ...args] = jvmCommand('heap', without)
    assert.equal(run(['/bin/sh', ...args], {PATH: bare}).status, NO_TOOLS)
    assert.equal(run(jvmCommand('heap', {...jvm, mainClass: 'com.example.Other'})).status, NO_JVM)
  })

  it('are asked by nobody but the user that the JVM runs as', async function () {
    if (process.getuid?.() !== 0) this.skip()
    const other = await start('', `${mainClass}.Other`, {uid: 65_534, gid: 65_533})
    const {status, stdout} = run(jvmCommand('heap', {...jvm, mainClass: `${mainClass}.Other`}))
    assert.deepEqual({status, stdout}, {status: OTHER_USER, stdout: '65534:65533\n'})
    await end(other)
  })

  it('are not needed by a JVM that catches the signal; one that does not is left alone', async () => {
    const deaf = run(signalCommand(without))
    assert.equal(deaf.status, DEAF)
    const hearing = await start("trap 'echo a dump' QUIT;", `${mainClass}.Hearing`)
    let said = ''
    hearing.stdout!.on('data', chunk => (said += String(chunk)))
    assert.equal(run(signalCommand({...without, mainClass: `${mainClass}.Hearing`})).status, 0)
    // A shell does what it traps when its command has ended.
    await end(hearing)
    await eventually('a dump', () => Promise.resolve(said.includes('a dump')), 5000)
    assert.equal(server.exitCode, null)
  })

  it('write a recording, print it and remove it', () => {
    const file = join(tools, 'a recording')
    const {pid} = server
    writeFileSync(file, 'events')
    const {begin, end: finish, drop} = recordingCommands(jvm, file)
    assert.equal(run(begin).stdout, `asked ${pid} JFR.start name=apim-lab settings=profile\n`)
    const {stdout, stderr} = run(finish)
    assert.equal(stdout, 'events')
    assert.equal(stderr, `asked ${pid} JFR.dump name=apim-lab filename=${file}\nasked ${pid} JFR.stop name=apim-lab\n`)
    assert.equal(run(['cat', file]).status, 1)
    writeFileSync(file, 'half of it')
    assert.equal(run(drop).stdout, `asked ${pid} JFR.stop name=apim-lab\n`)
    assert.equal(run(['cat', file]).status, 1)
  })

  it('are known of every component that is a Java program', () => {
    const all = RELEASES.flatMap(({components}) => components.flatMap(it => it.jvm ?? []))
    assert.ok(all.length > 10)
    for (const it of all) assert.match(`${it.mainClass} ${it.tools}`, /^[\w.]+\.[A-Z]\w+ \/\S+$/)
  })
})
