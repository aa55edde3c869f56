import assert from 'node:assert/strict'
import type {LabStatus} from '../../src/lab/status.js'
import {NOTHING, TestLab} from './support/test-lab.js'

interface Row {
  readonly state: string
}

describe('two labs side by side', function () {
  this.timeout(300_000)
  let labs: readonly TestLab[]

  before(async () => {
    labs = [await TestLab.create('left'), await TestLab.create('right')]
  })
  after(() => Promise.all(labs.map(lab => lab.remove())))

  it('come up, each on ports of its own', async () => {
    for (const lab of labs) {
      const {exitCode, stderr} = await lab.up('--no-analytics')
      assert.equal(exitCode, 0, String(stderr))
    }
  })

  it('are wired each to itself', async () => {
    for (const lab of labs) {
      const rows = await lab.json<Row[]>('links')
      assert.ok(rows.length > 30)
      assert.deepEqual(
        rows.filter(({state}) => state !== 'ok'),
        [],
      )
    }
  })

  it('go down one by one: the other stays ready', async () => {
    const [left, right] = labs as [TestLab, TestLab]
    assert.equal((await left.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await left.remains(), NOTHING)
    assert.equal((await right.json<LabStatus>('status')).ready, true)
  })
})
