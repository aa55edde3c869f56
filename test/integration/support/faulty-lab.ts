import assert from 'node:assert/strict'
import type {AddedFault} from '../../../src/lab/faults/add.js'
import type {FaultList} from '../../../src/lab/faults/list.js'
import {LABELS} from '../../../src/model/labels.js'
import {BRIEF, knock} from './link-client.js'
import {docker, NOTHING, TestLab} from './test-lab.js'

/** Longer than any test takes: what lasts so long is ended by somebody. */
export const LONG = '5m'
/** Longer than anything that heals by itself needs, on a machine that is busy; less than a fault lasts that nobody limits. */
export const HEALS_MS = 40_000

/** A lab for the tests of the suite that calls this, without faults after each of them, and what they ask of it. */
export function faultyLab(purpose: string) {
  let made: TestLab
  const lab = () => made

  before(async () => {
    made = await TestLab.create(purpose)
    const {exitCode, stderr} = await made.up('--no-analytics')
    assert.equal(exitCode, 0, String(stderr))
  })

  after(async () => {
    await made.run(['down', '--volumes'])
    const remains = await made.remains()
    await made.remove()
    assert.deepEqual(remains, NOTHING)
  })

  afterEach(async () => {
    await made.run(['fault', 'clear'])
  })

  return {
    /** There from the suite's own `before` on. */
    lab,
    faults: async () => (await lab().json<FaultList>('fault', 'list')).faults,
    add: async (...args: string[]) => {
      const added = await lab().json<AddedFault>('fault', 'add', ...args)
      assert.ok(added.id, JSON.stringify(added))
      return added
    },
    /** The containers of faults that run. */
    helpers: () => docker.listContainers({filters: {label: [`${LABELS.lab}=${lab().name}`, LABELS.fault]}}),
    isFine: async () => (await knock(lab())).bytes > 0,
    isSilent: async () => (await knock(lab(), {}, BRIEF)).bytes === 0,
    /** Nothing is heard before so many seconds have passed since a time, and then something. */
    healsAfter: async (seconds: number, from: number, seen = knock(lab())) => {
      const {first, error} = await seen
      assert.ok(first !== undefined, error ?? 'silence')
      assert.ok(first - from >= seconds * 1000, `after ${first - from} ms`)
    },
  }
}
