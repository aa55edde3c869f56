import assert from 'node:assert/strict'
import {linksText} from '../../../../src/cli/links-text.js'
import {RULES_3_2} from '../../../../src/config/rules-3x.js'
import {withGroups} from '../../../../src/lab/links/groups.js'
import {parseConfig} from '../../../../src/lab/links/parse-config.js'
import type {LinkRow} from '../../../../src/lab-events/link-row.js'

const row = (server: string, port: number): LinkRow => ({
  client: 'gateway-1',
  server,
  port,
  purpose: 'throttling events',
  use: 'used',
  state: 'ok',
  file: null,
  key: null,
  found: null,
  expected: null,
  detail: 'connected',
})
const ROWS = [
  row('traffic-manager-1', 9611),
  row('traffic-manager-2', 9611),
  row('traffic-manager-1', 5672),
  row('key-manager-1', 9443),
]

const warnings = (toml: string) => {
  const file = {path: 'deployment.toml', ...parseConfig(toml, 'toml', RULES_3_2)}
  return withGroups(ROWS, [file], RULES_3_2.urlGroups)
}
const group = (names: readonly number[], type = '') =>
  `[[apim.throttling.url_group]]\ntraffic_manager_urls = [${names.map(it => `"tcp://traffic-manager-${it}:9611"`).join(', ')}]\n${type}\n`

describe('links: groups of receivers, compared with the topology', () => {
  it('nodes that share a group where each needs its own: said at their rows, with what comes of it', () => {
    const rows = warnings(group([1, 2], 'type = "loadbalance"'))
    const warning =
      'apim.throttling.url_group[0] has traffic-manager-1 and traffic-manager-2 in one group: each event goes to one of them: ' +
      'each counts a part of the calls, and up to 2 times the limit gets through'
    assert.deepEqual(
      rows.map(it => it.warning),
      [warning, warning, undefined, undefined],
    )
    const text = linksText({rows, down: [], faults: []}, {lab: 'apim', columns: 80})
    assert.equal(text.split(`Warning: gateway-1: ${warning}`).length, 2, text)
    assert.match(text, /4 links ok, 0 broken$/)
  })

  it('failover: another consequence', () => {
    for (const type of ['type = "failover"', ''])
      assert.match(warnings(group([1, 2], type))[0]?.warning ?? '', /only the first that lives gets events/)
  })

  it('the same in the event hub of its own', () => {
    const hub =
      '[[apim.event_hub.publish.url_group]]\nurls = ["tcp://traffic-manager-1:9611", "tcp://traffic-manager-2:9611"]\n'
    assert.match(warnings(hub)[0]?.warning ?? '', /^apim.event_hub.publish.url_group\[0\] has/)
  })

  for (const [name, toml] of [
    ['a group for each', group([1]) + group([2])],
    ['one node', group([1])],
    ['one node twice', group([1, 1])],
    ['a node of elsewhere', group([1, 7])],
    ['no group', ''],
  ] as const) {
    it(`${name}: nothing to say`, () => assert.ok(warnings(toml).every(it => it.warning === undefined)))
  }
})
