import assert from 'node:assert/strict'
import {dueSteps, randomFrom, readSchedule, stepText} from '../../../../src/model/faults/schedule.js'

const FILE = {
  seed: 7,
  steps: [
    {at: '5s..10s', on: ['gateway', 'publisher'], fault: ['pause', {cpu: 0.2}], for: '1s..3s'},
    {at: 0, on: 'gateway-1->traffic-manager-1:5672', fault: {delay: '300ms', jitter: '50ms'}},
    {at: '1m', clear: true},
  ],
}

const refuses = (file: unknown, message: RegExp) =>
  assert.throws(() => readSchedule(file), {code: 'schedule-invalid', message})

describe('a schedule of faults', () => {
  it('is the same for the same seed, in the order of time', () => {
    const schedule = readSchedule(FILE)
    assert.deepEqual(dueSteps(schedule, 7), dueSteps(schedule, 7))
    const orders = new Set(Array.from({length: 50}, (_, seed) => JSON.stringify(dueSteps(schedule, seed))))
    assert.ok(orders.size > 40)
    const [first, second, last] = dueSteps(schedule, 7)
    assert.equal(first!.atMs, 0)
    assert.ok(second!.atMs >= 5000 && second!.atMs <= 10_000)
    assert.deepEqual(last, {atMs: 60_000, clear: true})
    assert.equal(stepText(first!), 'at 0 ms: gateway-1->traffic-manager-1:5672 delay 300ms, jitter 50ms, 60 s')
  })

  it('keeps what comes before a step that is added', () => {
    const longer = {...FILE, steps: [...FILE.steps, {at: '2m', on: 'gateway', fault: 'pause'}]}
    assert.deepEqual(dueSteps(readSchedule(longer), 3).slice(0, 3), dueSteps(readSchedule(FILE), 3))
  })

  it('is even', () => {
    const random = randomFrom(1)
    const mean = Array.from({length: 10_000}, random).reduce((sum, one) => sum + one, 0) / 10_000
    assert.ok(Math.abs(mean - 0.5) < 0.02, String(mean))
  })

  it('that can not be is an error with its place', () => {
    refuses(null, /expected seed and steps/)
    refuses({steps: []}, /steps: expected a list/)
    refuses({steps: [1]}, /steps\[0\]: expected a step, got 1/)
    refuses({seed: -1, steps: FILE.steps}, /seed: expected a whole number/)
    refuses({steps: [{at: 'soon', on: 'x', fault: 'cut'}]}, /steps\[0\].at: expected a time such as 10s/)
    refuses({steps: [{at: '9s..1s', on: 'x', fault: 'cut'}]}, /steps\[0\].at/)
    refuses({steps: [{at: '1s', on: [], fault: 'cut'}]}, /steps\[0\].on/)
    refuses({steps: [{at: '1s', on: 'x', fault: 'explode'}]}, /there is no fault "explode"; there are cut/)
    refuses({steps: [{at: '1s', on: 'x', fault: 'cut', how: 1}]}, /unknown key "how"/)
    refuses({steps: [{at: '1s', on: 'x'}]}, /steps\[0\].fault: expected a fault/)
  })
})
