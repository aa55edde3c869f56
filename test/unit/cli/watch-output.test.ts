import assert from 'node:assert/strict'
import {jsonWatch, lineWatch, screenWatch} from '../../../src/cli/watch-output.js'
import {linksView} from '../../../src/cli/watch-links-view.js'
import {statusView} from '../../../src/cli/watch-status-view.js'
import type {LabEvent, NodeFacts} from '../../../src/lab-events/event.js'
import type {IdentifiedRow} from '../../../src/lab-events/link-row.js'
import {fold, type LabState} from '../../../src/lab-events/reduce.js'
import {statusOf} from '../../../src/lab/status.js'
import type {Watcher} from '../../../src/lab/watch/watch-status.js'
import {topology} from '../../support/lab.js'

const AT = '2026-11-29T12:00:00.123Z'
const STAMP = '2026-11-29T12:00:00Z'
const whole = topology()
/** Nothing else is planned. */
const lab = {...whole, nodes: whole.nodes.filter(({name}) => name === 'gateway-1')}

const facts = (changes: Partial<NodeFacts> = {}): NodeFacts => ({
  component: 'gateway',
  run: 'running',
  health: 'healthy',
  started: '1',
  image: 'apim-lab/mini:1',
  ports: [],
  memoryBytes: 100 * 1024 * 1024,
  restarts: 0,
  ended: null,
  ...changes,
})

const seen = (node: string, changes: Partial<NodeFacts> = {}): LabEvent => ({
  kind: 'node',
  at: AT,
  node,
  seen: facts(changes),
})

const DIES = seen('gateway-1', {
  run: 'exited',
  health: 'none',
  ended: {exitCode: 137, signal: 'SIGKILL', outOfMemory: false, memoryMb: 0, text: 'exited with code 137 (SIGKILL)'},
})

const documentOf = (state: LabState) => statusOf(state, {lab: 'apim', topology: lab, faults: []})

/** Tells these events of a lab that begins with a gateway. */
function status(watcher: Watcher<ReturnType<typeof documentOf>>, events: readonly LabEvent[]): void {
  let state = fold([seen('gateway-1')])
  watcher.begin(documentOf(state))
  for (const event of events) {
    const before = documentOf(state)
    state = fold([event], state)
    watcher.on(event, documentOf(state), before)
  }
}

const collect = () => {
  const parts: string[] = []
  return {write: (text: string) => void parts.push(text), text: () => parts.join('')}
}

describe('status --watch', () => {
  const lines = (...events: readonly LabEvent[]) => {
    const {write, text} = collect()
    status(lineWatch(statusView, write), events)
    return text().trimEnd().split('\n').slice(2)
  }

  it('begins with a line a node', () => {
    const {write, text} = collect()
    status(lineWatch(statusView, write), [])
    assert.match(text(), /^\S+Z Lab apim, release mini: 1 of 1 nodes ready\n\S+Z gateway-1 ready\n$/)
  })

  it('has a line for each change that a person wants to know, and no other', () => {
    assert.deepEqual(lines(DIES), [`${STAMP} gateway-1 exited with code 137 (SIGKILL)`])
    assert.deepEqual(lines(seen('gateway-1', {memoryBytes: 5})), [])
    assert.deepEqual(lines(seen('gateway-1', {restarts: 1})), [`${STAMP} gateway-1 ready, restarted once`])
    assert.deepEqual(lines({kind: 'down', at: AT}), [`${STAMP} Lab apim is down.`])
    assert.deepEqual(lines(seen('x-1'), {kind: 'node-gone', at: AT, node: 'x-1'}), [
      `${STAMP} x-1 ready`,
      `${STAMP} x-1 is gone`,
    ])
  })

  it('tells a node that starts, and that it is ready once, however it is known', () => {
    const probe = (ready: boolean) =>
      ({kind: 'probe', at: AT, node: 'gateway-1', ready, probe: 'GET', detail: '503'}) as const
    const starts = seen('gateway-1', {health: 'starting', started: '2'})
    const healthy = seen('gateway-1', {started: '2'})
    assert.deepEqual(lines(DIES, starts, probe(false), probe(true), healthy).slice(1), [
      `${STAMP} gateway-1 starting`,
      `${STAMP} gateway-1 ready`,
    ])
  })

  it('with --json has the document of status first, then an event a line', () => {
    const {write, text} = collect()
    status(jsonWatch(statusView, write), [DIES])
    const [first, event, ...others] = text()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    assert.deepEqual(others, [])
    assert.equal(first!['ready'], true)
    assert.deepEqual(event, {...DIES, state: 'exited'})
  })

  it('draws a table in place, with what changed last below', async () => {
    const {write, text} = collect()
    const terminal = {write, columns: () => 80, rows: () => 24, color: false}
    const {watcher, screen} = screenWatch(statusView, terminal)
    status(watcher, [])
    await new Promise(resolve => setImmediate(resolve))
    assert.match(text(), /Lab apim, release mini: 1 of 1 nodes ready\n\nNODE +STATE/)
    status(watcher, [DIES])
    screen.end()
    const second = text().split('\u001B[J').at(-1)!.replace('\u001B[?25h', '')
    assert.match(second, /^Lab apim, release mini: 0 of 1 nodes ready\n✗ gateway-1 is stopped/)
    assert.match(second, /\ngateway-1 +exited +/)
    assert.match(second, new RegExp(`\n\n${STAMP} gateway-1 exited with code 137 \\(SIGKILL\\)\n$`))
    assert.ok(
      text()
        .split('\n')
        .every(line => line.length < 80),
    )
  })
})

describe('links --watch', () => {
  const row = (changes: object = {}) =>
    ({
      id: 'gateway-1->key-manager-1:9443',
      client: 'gateway-1',
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
  const now = (rows: readonly IdentifiedRow[]) => ({rows, down: [], faults: []})
  const told = (changed: IdentifiedRow) => {
    const {write, text} = collect()
    const watcher = lineWatch(linksView, write)
    watcher.begin(now([row()]))
    watcher.on({kind: 'link', at: AT, link: changed.id, row: changed}, now([changed]), now([row()]))
    return text().trimEnd().split('\n').slice(1)
  }

  it('has a line for a link that breaks, and none for another wording', () => {
    const broken = row({state: 'broken', detail: 'key-manager-1 is not running (exited)'})
    assert.deepEqual(told(broken), [
      `${STAMP} gateway-1->key-manager-1:9443 (tokens) broken: key-manager-1 is not running (exited)`,
    ])
    assert.deepEqual(told(row({detail: 'HTTP 204'})), [])
  })

  it('draws what is broken, and counts by client', () => {
    const broken = row({state: 'broken', detail: 'no route'})
    assert.equal(
      linksView.picture(now([broken, row({purpose: 'blocking'})]), 80),
      '1 links ok, 1 broken\n' +
        '✗ gateway-1->key-manager-1:9443 (tokens) broken: no route\n\n' +
        'CLIENT     OK  BROKEN\ngateway-1  1   1',
    )
  })
})
