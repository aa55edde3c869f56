import assert from 'node:assert/strict'
import type {LabEvent, NodeFacts} from '../../../src/lab-events/event.js'
import type {IdentifiedRow} from '../../../src/lab-events/link-row.js'
import {linkEvents, nodeEvents} from '../../../src/lab-events/observed.js'
import {fold, NOTHING_SEEN, nodeState, unsureNodes, type LabState} from '../../../src/lab-events/reduce.js'

const AT = '2026-11-29T12:00:00.000Z'
const NODE = 'gateway-1'

const facts = (changes: Partial<NodeFacts> = {}): NodeFacts => ({
  component: 'gateway',
  run: 'running',
  health: 'starting',
  started: '1',
  image: 'mini',
  ports: [],
  memoryBytes: 1,
  restarts: 0,
  ended: null,
  ...changes,
})

const seen = (changes: Partial<NodeFacts> = {}): LabEvent => ({kind: 'node', at: AT, node: NODE, seen: facts(changes)})
const probe = (ready: boolean): LabEvent => ({kind: 'probe', at: AT, node: NODE, ready, probe: 'GET', detail: 'it'})

const ended = {exitCode: 1, signal: null, outOfMemory: false, memoryMb: 0, text: 'exited with code 1'}
const EXITED = seen({run: 'exited', health: 'none', ended})

const row = (changes: object = {}): IdentifiedRow =>
  ({
    id: 'gateway-1->key-manager-1:9443',
    client: NODE,
    server: 'key-manager-1',
    port: 9443,
    purpose: 'tokens',
    use: 'used',
    state: 'ok',
    file: null,
    key: null,
    found: null,
    expected: null,
    detail: 'HTTP 200',
    ...changes,
  }) as IdentifiedRow

const stateAfter = (...events: readonly LabEvent[]) => nodeState(fold(events).nodes.get(NODE)!)

describe('the state of a lab, folded from events', () => {
  for (const [name, state, ...events] of [
    ['starts', 'starting', seen()],
    ['is healthy', 'ready', seen({health: 'healthy'})],
    ['is unhealthy', 'unhealthy', seen({health: 'unhealthy'})],
    ['is paused', 'paused', seen({run: 'paused', health: 'healthy'})],
    ['was never started', 'created', seen({run: 'created', health: 'none'})],
    ['is missing', 'missing', seen({run: 'missing', health: 'none'})],
    ['has ended', 'exited', seen({health: 'healthy'}), EXITED],
    ['answers before its first health check', 'ready', seen(), probe(true)],
    ['does not answer', 'starting', seen(), probe(false)],
    ['answered, and its memory grew', 'ready', seen(), probe(true), seen({memoryBytes: 2})],
    ['answered, and was started again', 'starting', seen(), probe(true), seen({started: '2'})],
    ['answered, and became unhealthy', 'unhealthy', seen(), probe(true), seen({health: 'unhealthy'})],
    ['answers again before its next health check', 'ready', seen({health: 'unhealthy'}), probe(true)],
    ['answered and ended', 'exited', seen(), probe(true), EXITED],
    ['ended; an answer comes late', 'exited', seen(), EXITED, probe(true)],
  ] as const)
    it(`a node that ${name} is ${state}`, () => assert.equal(stateAfter(...events), state))

  it('keeps each event out of the state before it', () => {
    const before = fold([seen()])
    const after = fold([EXITED], before)
    assert.equal(nodeState(before.nodes.get(NODE)!), 'starting')
    assert.equal(nodeState(after.nodes.get(NODE)!), 'exited')
  })

  it('knows nothing of a node that nobody has seen', () => assert.deepEqual(fold([probe(true)]), NOTHING_SEEN))

  it('asks again only for nodes whose health check says nothing good', () => {
    assert.deepEqual(unsureNodes(fold([seen()])), [NODE])
    assert.deepEqual(unsureNodes(fold([seen({health: 'unhealthy'})])), [NODE])
    for (const events of [[seen(), probe(true)], [seen({health: 'healthy'})], [EXITED]])
      assert.deepEqual(unsureNodes(fold(events)), [])
  })
})

describe('what an observation adds', () => {
  const observe = (state: LabState, found: Record<string, NodeFacts>) =>
    nodeEvents(state, new Map(Object.entries(found)), AT)

  it('is all at first, and nothing the second time', () => {
    const found = {[NODE]: facts(), 'gateway-2': facts()}
    const first = observe(NOTHING_SEEN, found)
    assert.deepEqual(
      first.map(event => [event.kind, 'node' in event && event.node]),
      [
        ['node', NODE],
        ['node', 'gateway-2'],
      ],
    )
    assert.deepEqual(observe(fold(first), found), [])
    assert.deepEqual(observe(fold([probe(true)], fold(first)), found), [])
  })

  it('is what changed, and what has gone', () => {
    const before = fold(observe(NOTHING_SEEN, {[NODE]: facts(), 'gateway-2': facts()}))
    const events = observe(before, {[NODE]: facts({restarts: 1})})
    assert.deepEqual(events, [
      {kind: 'node-gone', at: AT, node: 'gateway-2'},
      {kind: 'node', at: AT, node: NODE, seen: facts({restarts: 1})},
    ])
    assert.deepEqual([...fold(events, before).nodes.keys()], [NODE])
  })

  it('is one word where all nodes have gone', () => {
    const events = observe(fold([seen()]), {})
    assert.deepEqual(events, [{kind: 'down', at: AT}])
    assert.deepEqual(fold(events, fold([seen()])), NOTHING_SEEN)
    assert.deepEqual(observe(NOTHING_SEEN, {}), [])
  })

  it('tells links of one id apart, and those that are gone', () => {
    const both = [row(), row({purpose: 'blocking'})]
    const state = fold(linkEvents(NOTHING_SEEN, both, AT))
    assert.deepEqual([...state.links.values()], both)
    assert.deepEqual(linkEvents(state, both, AT), [])
    const broken = row({purpose: 'blocking', state: 'broken'})
    assert.deepEqual(linkEvents(state, [broken], AT), [
      {kind: 'link-gone', at: AT, link: row().id, purpose: 'tokens', key: null},
      {kind: 'link', at: AT, link: row().id, row: broken},
    ])
    assert.deepEqual([...fold(linkEvents(state, [broken], AT), state).links.values()], [broken])
  })
})
