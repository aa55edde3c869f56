import assert from 'node:assert/strict'
import type {ActiveFault} from '../../../../src/lab/faults/active-faults.js'
import {activeFaults, helpedFaults, secondsLeft} from '../../../../src/lab/faults/active-faults.js'
import {leftFault} from '../../../../src/lab/faults/namespaces.js'
import {withFaults} from '../../../../src/lab/faults/named-in-rows.js'
import type {IdentifiedRow} from '../../../../src/lab-events/link-row.js'
import {printFaultLabel, type PlacedFault} from '../../../../src/model/faults/fault-label.js'
import type {ObservedContainer} from '../../../../src/plan/observed.js'

const row = (changes: Partial<IdentifiedRow> = {}): IdentifiedRow =>
  ({
    id: 'gateway-1->key-manager-1:9443',
    client: 'gateway-1',
    server: 'key-manager-1',
    state: 'broken',
    detail: 'no answer',
    ...changes,
  }) as IdentifiedRow

const fault = (changes: Partial<ActiveFault> = {}): ActiveFault => ({
  id: '415926',
  kind: 'cut',
  what: 'cut',
  node: 'gateway-1',
  links: ['gateway-1->key-manager-1:9443'],
  since: '2026-11-29T16:00:00Z',
  until: '2026-11-29T16:01:00Z',
  state: 'active',
  ...changes,
})

describe('rows that a fault is made of', () => {
  const named = (changes: Partial<ActiveFault>, of: IdentifiedRow = row()) => withFaults(of, [fault(changes)]).fault

  it('name it, and are broken for it', () => {
    const {fault: text, cause} = withFaults(row(), [fault()])
    assert.deepEqual([text, cause], ['fault 415926: cut', 'fault 415926: cut'])
  })

  it('are not broken for it when they work, or when something else is down', () => {
    assert.equal(withFaults(row({state: 'ok'}), [fault()]).cause, undefined)
    assert.equal(withFaults(row({cause: 'mysql is stopped'}), [fault()]).cause, 'mysql is stopped')
  })

  it('are those of its links, or of its node', () => {
    assert.equal(named({links: ['publisher-1->gateway-1:9443']}), undefined)
    assert.match(named({links: [], kind: 'pause', node: 'key-manager-1'})!, /415926/)
    assert.equal(named({links: [], kind: 'no-dns', node: 'key-manager-1'}), undefined)
    assert.match(named({links: [], kind: 'db-readonly', node: 'key-manager-1'})!, /415926/)
    assert.equal(named({links: [], kind: 'pause', node: 'publisher-1'}), undefined)
  })
})

describe('a fault of which only the node knows', () => {
  it('is told by what the kernel has of it', () => {
    const told = (note: string) => {
      const {what, links, until} = leftFault({id: '415926', note}, 'gateway-1')
      return [what, links, until]
    }
    assert.deepEqual(told('1795982461 cut gateway-1->key-manager-1:9443'), [
      'cut',
      ['gateway-1->key-manager-1:9443'],
      '2026-11-29T20:01:01Z',
    ])
    assert.deepEqual(told('0 disk-full /tmp/a b'), ['disk full at /tmp/a b', [], '1970-01-01T00:00:00Z'])
    assert.deepEqual(told(''), ['rules of a fault', [], '1970-01-01T00:00:00Z'])
  })
})

describe('the faults of a lab', () => {
  const label = printFaultLabel({
    id: '415926',
    kind: 'cut',
    direction: 'both',
    node: 'gateway-1',
    links: [],
    seconds: 60,
  })
  const SINCE = Date.parse('2026-11-29T16:00:00Z') / 1000

  /** Of a helper in this state, whose node was started at that time. */
  const seen = (state: string, exitCode: number | undefined, started = '2026-11-29T15:00:00Z') => {
    const container = {id: 'helper', state, exitCode, fault: {label, since: SINCE}} as unknown as ObservedContainer
    const nodes = new Map([['gateway-1', {instance: 'node', name: 'gateway-1', state: 'running'}]])
    const engine = {lifeOf: () => Promise.resolve({started, restarts: 0})}
    return activeFaults({observed: {containers: [container]}, nodes, engine} as never)
  }

  it('are active while their helpers run', async () => {
    const [active] = await seen('running', undefined)
    assert.deepEqual(
      [active!.state, active!.since, active!.until],
      ['active', '2026-11-29T16:00:00Z', '2026-11-29T16:01:00Z'],
    )
    assert.equal(secondsLeft(active!, Date.parse('2026-11-29T16:00:18Z')), 42)
    assert.equal(secondsLeft(active!, Date.parse('2026-11-29T17:00:00Z')), 0)
  })

  it('are left where one was killed, as long as its node is the same', async () => {
    assert.equal((await seen('exited', 137))[0]!.state, 'left')
    assert.deepEqual(await seen('exited', 137, '2026-11-29T16:00:30Z'), [])
  })

  it('are one where a second container guards the first, as long as one of them has something to end', async () => {
    const placed = JSON.parse(label) as PlacedFault
    const guardLabel = printFaultLabel({...placed, guards: true})
    const pair = async (maker: readonly [string, number?] | undefined, guard: readonly [string, number?]) => {
      const containers = [
        maker && {id: 'maker', state: maker[0], exitCode: maker[1], fault: {label, since: SINCE}},
        {id: 'guard', state: guard[0], exitCode: guard[1], fault: {label: guardLabel, since: SINCE + 1}},
      ].filter(container => container !== undefined)
      const nodes = new Map([['gateway-1', {instance: 'node', name: 'gateway-1', state: 'running'}]])
      const engine = {lifeOf: () => Promise.resolve({started: '2026-11-29T15:00:00Z', restarts: 0})}
      const found = await helpedFaults({observed: {containers}, nodes, engine} as never)
      return found.map(({fault, helpers}) => [fault.state, ...helpers.map(({instance}) => instance)])
    }
    assert.deepEqual(await pair(['running'], ['running']), [['active', 'maker', 'guard']])
    assert.deepEqual(await pair(['running'], ['exited', 137]), [['active', 'maker', 'guard']])
    assert.deepEqual(await pair(['exited', 137], ['running']), [['left', 'maker', 'guard']])
    assert.deepEqual(await pair(['exited', 137], ['exited', 137]), [['left', 'maker', 'guard']])
    assert.deepEqual(await pair(undefined, ['running']), [['left', 'guard']])
    assert.deepEqual(await pair(['exited', 137], ['exited', 0]), [])
    assert.deepEqual(await pair(['exited', 0], ['running']), [])
  })

  it('are none where it ended by itself, or never began', async () => {
    assert.deepEqual(await seen('exited', 0), [])
    assert.deepEqual(await seen('created', undefined), [])
  })
})
