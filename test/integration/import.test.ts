import assert from 'node:assert/strict'
import {cp, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Row} from '../../src/lab-events/link-row.js'
import {FIXTURES} from '../support/imports.js'
import {TestLab} from './support/test-lab.js'

describe('a lab that was imported', function () {
  this.timeout(300_000)
  let lab: TestLab

  before(async () => {
    lab = await TestLab.create('import')
    // Imported, its folder is where a user then works: the lab file is found there.
    await cp(join(FIXTURES, 'one-host-with-offsets'), join(lab.workingDirectory, 'production'), {recursive: true})
    const {exitCode, stderr} = await lab.run([
      'import',
      'production',
      '--output',
      '.lab',
      '--port-offset',
      String(lab.portOffset),
    ])
    assert.equal(exitCode, 0, String(stderr))
    await cp(join(lab.workingDirectory, '.lab'), lab.workingDirectory, {recursive: true})
  })

  after(() => lab.remove())

  it('comes up with the nodes of production, and all its links are ok', async () => {
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
    const {stdout} = await lab.run(['links', '--json'])
    const rows = JSON.parse(String(stdout)) as Row[]
    assert.deepEqual(
      rows.filter(({state}) => state === 'broken'),
      [],
    )
    const found = (client: string, server: string) =>
      rows.flatMap(row => (row.client === client && row.server === server && 'found' in row ? [row.found] : []))
    assert.ok(found('gateway-1', 'traffic-manager-1').includes('tcp://traffic-manager-1:9613'))
    assert.ok(found('publisher-1', 'key-manager-1').includes('https://key-manager:9444/services/'))
    assert.ok(
      found('devportal-1', 'gateway-1').includes(`https://gateway.${lab.name}.localhost:${8243 + lab.portOffset}`),
    )
  })

  it('reads what production has otherwise', async () => {
    const file = join(lab.folder, 'config/devportal-1/repository/conf/deployment.toml')
    const text = await readFile(file, 'utf8')
    assert.match(text, /offset = 4/)
    assert.match(text, /name = "Public"/)
    assert.match(text, /maxActive = 100/)
  })

  it('has an API that can be called, in the environment that production has', async () => {
    const {exitCode, stderr} = await lab.up('--seed')
    assert.equal(exitCode, 0, String(stderr))
  })
})
