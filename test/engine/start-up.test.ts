import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {LAZY} from '../../bin/lazy-packages.js'
import {apimLab} from '../support/command-line.js'
import {StubEngine} from './stub/stub-engine.js'

/** Writes which files of packages a process has loaded by its end. */
const WATCH = `
const {writeFileSync} = require('node:fs')
process.on('exit', () => {
  const files = Object.keys(require.cache).filter(file => file.includes('node_modules'))
  writeFileSync(process.env.LOADED, files.join('\\n'))
})`

describe('the start of a short command', () => {
  let folder: string
  let stub: StubEngine
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-start-'))
    await writeFile(join(folder, 'watch.cjs'), WATCH)
    stub = await StubEngine.start()
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true})
  })

  async function loadedBy(args: readonly string[]): Promise<readonly string[]> {
    const file = join(folder, 'loaded')
    const env = {
      LOADED: file,
      NODE_OPTIONS: `--require=${join(folder, 'watch.cjs')}`,
      DOCKER_HOST: stub.dockerHost,
      XDG_DATA_HOME: folder,
    }
    const {stdout, stderr} = await apimLab(args, {env, cwd: folder})
    assert.ok(`${stdout}${stderr}`.length > 0)
    return (await readFile(file, 'utf8')).split('\n').filter(Boolean)
  }

  for (const args of [['--version'], ['up', '--help'], ['status', '--json'], ['releases']]) {
    it(`loads no package beside the bundle: ${args.join(' ')}`, async () => {
      const loaded = await loadedBy(args)
      const packages = LAZY.filter(name => loaded.some(file => file.includes(join('node_modules', name, '/'))))
      assert.deepEqual(
        packages,
        [],
        `used at every start now: take ${packages.join(', ')} out of LAZY in bin/lazy-packages.js`,
      )
      assert.deepEqual(loaded, [])
    })
  }
})
