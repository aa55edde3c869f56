import assert from 'node:assert/strict'
import {Pace} from '../../../src/fault-helper/held.js'
import type {PlacedFault} from '../../../src/model/faults/fault-label.js'

const fault = (changes: Partial<PlacedFault>): PlacedFault => ({
  id: '415926',
  kind: 'delay',
  direction: 'both',
  node: 'gateway-1',
  links: [],
  seconds: 60,
  ...changes,
})

describe('the pace of a relay', () => {
  it('is late by the delay, in its direction only', () => {
    const late = fault({value: 300, direction: 'to'})
    assert.equal(new Pace(late, 'to').dueAt(100, 1000), 1300)
    assert.equal(new Pace(late, 'from').dueAt(100, 1000), 1000)
  })

  it('is later by no more than the jitter', () => {
    const pace = new Pace(fault({value: 100, jitterMs: 50}), 'to')
    for (let i = 0; i < 100; i++) {
      const due = pace.dueAt(1, 0)
      assert.ok(due >= 100 && due < 150, String(due))
    }
  })

  it('is that of the rate, for all that share it', () => {
    const pace = new Pace(fault({kind: 'rate', value: 8}), 'to')
    // 8 kbit/s are 1000 bytes a second.
    assert.equal(pace.dueAt(500, 0), 500)
    assert.equal(pace.dueAt(500, 0), 1000)
    assert.equal(pace.dueAt(500, 5000), 5500)
    assert.equal(pace.portion, 100)
  })
})
