import assert from 'node:assert/strict'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {ROOT} from '../support/lab.js'
import {docker} from '../integration/support/test-lab.js'
import {alike, commandBlocks} from './readme-blocks.js'

const blocks = commandBlocks(readFileSync(join(ROOT, 'README.md'), 'utf8'))

describe('the README', function () {
  this.timeout(900_000)
  const dataHome = mkdtempSync(join(tmpdir(), 'apim-lab-readme-'))
  // No registry is asked for here: a pull that can't succeed says nothing about the text.
  const env = {XDG_DATA_HOME: dataHome, NO_COLOR: '1', APIM_LAB_OFFLINE: '1', COLUMNS: '80'}

  after(async () => {
    await execa('node', ['bin/run.js', 'down', '--volumes'], {cwd: ROOT, env, reject: false})
    rmSync(dataHome, {recursive: true, force: true})
    rmSync('/tmp/misspelt', {recursive: true, force: true})
  })

  it('has commands', () => assert.ok(blocks.length >= 8))

  for (const {script, status, shown, line} of blocks) {
    // Run by whoever runs this.
    if (script === 'npm test') continue
    it(`line ${line}: ${script.split('\n')[0]}`, async () => {
      const {all, exitCode} = await execa('bash', ['-euc', script], {
        cwd: ROOT,
        env,
        all: true,
        reject: false,
        input: '',
      })
      assert.equal(exitCode, status, all)
      const seen = new Set(all.split('\n').map(alike))
      for (const expected of shown) assert.ok(seen.has(alike(expected)), `not in the output: ${expected}\n${all}`)
    })
  }

  it('leaves nothing in the engine', async () => {
    const filters = {label: ['apim-lab.lab=apim']}
    assert.deepEqual(await docker.listContainers({all: true, filters}), [])
    assert.deepEqual(await docker.listNetworks({filters}), [])
    assert.deepEqual((await docker.listVolumes({filters})).Volumes ?? [], [])
  })
})
