import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {build} from 'esbuild'
import {lazyPackages} from '../../../bin/lazy-packages.js'

const PACKAGE = `
console.log('loaded')
class Client {
  constructor(name) { this.name = name }
  static make(name) { return new Client(name) }
}
module.exports = {Client, double: value => 2 * value, version: '1.0'}`

describe('packages that are loaded when they are used', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-lazy-'))
    await mkdir(join(folder, 'node_modules/heavy'), {recursive: true})
    await writeFile(join(folder, 'node_modules/heavy/index.js'), PACKAGE)
  })
  afterEach(() => rm(folder, {recursive: true}))

  /** What the bundle of a program prints. */
  async function run(program: string, names: readonly string[] = ['heavy']): Promise<string> {
    await writeFile(join(folder, 'main.js'), program)
    await build({
      entryPoints: [join(folder, 'main.js')],
      outfile: join(folder, 'out.cjs'),
      bundle: true,
      platform: 'node',
      logLevel: 'silent',
      plugins: [lazyPackages(names)],
    })
    return execFileSync(process.execPath, [join(folder, 'out.cjs')], {encoding: 'utf8'})
      .trim()
      .replaceAll('\n', ', ')
  }

  it('are not loaded by what is only taken of them', async () => {
    const program =
      "const heavy = require('heavy'), {double} = heavy, Client = require('heavy').Client; console.log('ready')"
    assert.equal(await run(program), 'ready')
  })

  for (const [use, shown] of [
    ['double(2)', '4'],
    ["new Client('x').name", 'x'],
    ["Client.make('y').name", 'y'],
    ["'double' in heavy", 'true'],
  ] as const) {
    it(`do what they do once they are used: ${use}`, async () => {
      const program = `const heavy = require('heavy'), {double, Client} = heavy; console.log('ready'); console.log(${use}); console.log(heavy.version)`
      assert.equal(await run(program), `ready, loaded, ${shown}, 1.0`)
    })
  }

  it('fail the build where nothing asks for them any more, and say what to do', async () => {
    await assert.rejects(
      run("require('heavy')", ['heavy', 'gone']),
      /nothing in the bundle asks for gone: take it out of LAZY in bin\/lazy-packages\.js/,
    )
  })
})
