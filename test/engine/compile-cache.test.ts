import {equal, match} from 'node:assert/strict'
import {isAscii} from 'node:buffer'
import {mkdtemp, readdir, readFile, rm, truncate, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {ROOT} from '../support/lab.js'
import {copyProgram} from './support/program.js'

describe('the compile cache of the built program', () => {
  let folder: string
  let program: string
  let cache: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-cache-'))
    program = await copyProgram(folder)
    const [file] = (await readdir(join(program, 'dist'))).filter(name => name.endsWith('.cache'))
    cache = join(program, 'dist', file!)
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const help = async () => {
    const {stdout, stderr, exitCode} = await execa('node', [join(program, 'bin/run.js'), 'status', '--help'])
    equal(stderr, '')
    equal(exitCode, 0)
    return stdout
  }
  /** What V8 says to the cache. */
  const rejected = async () => {
    const load = `import {load, programName} from ${JSON.stringify(join(program, 'bin/load.js'))}; console.log(load(programName()).script.cachedDataRejected)`
    return (await execa('node', ['--input-type=module', '-e', load])).stdout
  }

  it('is made by the build, and V8 takes it', async () => {
    equal(await rejected(), 'false')
    match(await help(), /^Show every node of the lab/)
  })

  for (const [damage, make] of Object.entries({
    'is gone': () => rm(cache),
    'was cut off': () => truncate(cache, 100_000),
    'is empty': () => truncate(cache, 0),
    'is of another V8': async () => {
      const bytes = await readFile(cache)
      bytes[4]! ^= 0xff
      await writeFile(cache, bytes)
    },
  }))
    it(`that ${damage} changes nothing but the time`, async () => {
      await make()
      equal((await rejected()) === 'false', false)
      match(await help(), /^Show every node of the lab/)
    })
})

describe('a program that runs in containers', () => {
  for (const name of ['mini', 'helper', 'fault-helper'])
    it(`${name}: is plain ASCII, which a node reads in a tenth of the time`, async () =>
      equal(isAscii(await readFile(join(ROOT, 'dist', name, 'main.cjs'))), true))
})
