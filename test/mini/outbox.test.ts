import {array, assert as check, constant, integer, oneof, property, record} from 'fast-check'
import {strict as assert} from 'node:assert'
import {makeOutbox} from '../../src/mini/events/outbox.js'

/** What a sender does with its outbox: more texts than are trimmed at once, dropped in parts. */
const STEPS = array(
  oneof(
    record({add: integer({min: 1, max: 3_000})}),
    record({forget: integer({min: -10, max: 4_000})}),
    record({takeAll: constant(true)}),
  ),
  {maxLength: 40},
)

describe('mini: the outbox of a sender', () => {
  it('keeps what was not acknowledged, in order and by its number', () => {
    check(
      property(STEPS, steps => {
        const outbox = makeOutbox()
        const model = new Map<number, string>()
        let next = 1
        for (const step of steps) {
          if ('add' in step) {
            for (let i = 0; i < step.add; i++, next++) {
              model.set(next, `text ${next}`)
              outbox.add(`text ${next}`)
            }
          } else if ('forget' in step) {
            const upTo = outbox.first() + step.forget
            for (const id of [...model.keys()]) if (id <= upTo) model.delete(id)
            outbox.forget(upTo)
          } else {
            assert.deepEqual(outbox.takeAll(), [...model.values()])
            model.clear()
          }
          const [first = next] = model.keys()
          assert.equal(outbox.first(), first)
          assert.equal(outbox.next(), next)
          assert.equal(outbox.size(), model.size)
          assert.equal(outbox.characters(), [...model.values()].join('').length)
          for (const [id, text] of model) assert.equal(outbox.at(id), text)
        }
      }),
    )
  })

  it('takes an acknowledgement that is no number for none', () => {
    const outbox = makeOutbox()
    outbox.add('text')
    outbox.forget(Number.NaN)
    assert.equal(outbox.size(), 1)
  })
})
