import assert from 'node:assert/strict'
import {foldTimeline, inOrder, TIMELINE_EVENT, type TimelineEvent} from '../../../src/lab-events/timeline.js'
import {diffTimelines} from '../../../src/lab-events/timeline-diff.js'

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000000Z`
const event = (second: number, kind: string, more: Partial<TimelineEvent> = {}): TimelineEvent => ({
  at: at(second),
  kind,
  lane: 'gateway-1',
  text: kind,
  ...more,
})

describe('a timeline', () => {
  it('has the states of each node, one after the other', () => {
    const {lanes} = foldTimeline([
      event(1, 'started'),
      event(2, 'ready'),
      event(2, 'ready'),
      event(3, 'paused'),
      event(4, 'resumed'),
      event(5, 'ended'),
      event(5, 'started', {lane: 'mysql'}),
    ])
    assert.deepEqual(
      lanes.map(({name, spans}) => [
        name,
        spans.map(({state, from, to}) => [state, from.slice(17, 19), to?.slice(17, 19)]),
      ]),
      [
        [
          'gateway-1',
          [
            ['starting', '01', '02'],
            ['ready', '02', '03'],
            ['paused', '03', '04'],
            ['ready', '04', '05'],
            ['ended', '05', undefined],
          ],
        ],
        ['mysql', [['starting', '05', undefined]]],
      ],
    )
  })

  it('has what lasts until it is over, or was to be', () => {
    const {lanes} = foldTimeline([
      event(1, 'fault', {id: '1', until: at(30)}),
      event(2, 'fault', {id: '2', until: at(3)}),
      event(9, 'fault-ended', {id: '1'}),
      event(9, 'fault-ended', {id: '2'}),
    ])
    assert.deepEqual(
      lanes[0]!.lasting.map(({id, to}) => [id, to]),
      [
        ['1', at(9)],
        ['2', at(3)],
      ],
    )
  })

  it('takes kinds that it does not know: what takes time as lasting, all else as a point', () => {
    const {lanes} = foldTimeline([event(1, 'step', {until: at(4)}), event(2, 'call')])
    assert.equal(lanes[0]!.lasting.length, 1)
    assert.deepEqual(
      lanes[0]!.points.map(({kind}) => kind),
      ['call'],
    )
  })

  it('is in order, what happened at once as it was told', () =>
    assert.deepEqual(
      inOrder([event(2, 'b'), event(1, 'a'), event(2, 'c')]).map(({kind}) => kind),
      ['a', 'b', 'c'],
    ))

  it('is read with care', () => {
    assert.ok(TIMELINE_EVENT.safeParse({...event(1, 'later'), more: true}).success)
    for (const bad of [{at: 'yesterday'}, {at: '2026-01-01T00:00:00Z'}, {lane: 3}, {level: 'loud'}, {until: ''}])
      assert.ok(!TIMELINE_EVENT.safeParse({...event(1, 'a'), ...bad}).success, JSON.stringify(bad))
  })
})

describe('two timelines', () => {
  const log = (second: number, text: string, lane = 'gateway-1') => event(second, 'log', {text, lane})
  const good = [event(1, 'started'), log(2, 'connected to 10.0.0.7:5672 in 12 ms'), event(5, 'ready')]

  it('are the same where only times, numbers, ids and the order differ', () => {
    const later = [
      event(11, 'started'),
      event(12, 'ready'),
      log(13, 'connected to 10.0.0.9:5672 in 7 ms'),
      log(14, 'connected to 10.0.0.9:5672 in 9 ms'),
    ]
    assert.deepEqual(diffTimelines(good, later), {onlyGood: 0, onlyBad: 0})
    const ids = ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6', '0e37df36-f698-11e6-8dd4-cb9ced3df976']
    assert.deepEqual(diffTimelines([log(1, `call ${ids[0]}`)], [log(1, `call ${ids[1]}`)]).first, undefined)
  })

  it('part where the first thing happens in one alone', () => {
    const bad = [event(21, 'started'), log(23, 'connection refused', 'gateway-1'), log(24, 'giving up')]
    const {first, onlyGood, onlyBad} = diffTimelines(good, bad)
    assert.equal(first?.only, 'good')
    assert.equal(first.event.text, 'connected to 10.0.0.7:5672 in 12 ms')
    assert.equal(first.afterSeconds, 1)
    assert.equal(first.before?.kind, 'started')
    assert.deepEqual([onlyGood, onlyBad], [2, 2])
  })

  it('tell nodes apart by their numbers', () =>
    assert.equal(diffTimelines([log(1, 'a', 'gateway-1')], [log(1, 'a', 'gateway-2')]).first?.event.lane, 'gateway-2'))

  it('may be empty', () => {
    assert.deepEqual(diffTimelines([], []), {onlyGood: 0, onlyBad: 0})
    assert.equal(diffTimelines([], good).first?.afterSeconds, 0)
  })
})
