import assert from 'node:assert/strict'
import {linksText} from '../../../src/cli/links-text.js'
import type {DatabaseRow, LinkRow} from '../../../src/lab-events/link-row.js'

const link = (changes: Partial<LinkRow>): LinkRow => ({
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
})

const login = (database: string, changes: Partial<DatabaseRow> = {}): DatabaseRow => ({
  client: 'publisher-1',
  server: 'mysql',
  database,
  access: 'unknown',
  state: 'broken',
  detail: 'mysql is not running (exited)',
  cause: 'mysql is stopped',
  ...changes,
})

describe('what links found, as a person reads it', () => {
  const down = {node: 'mysql', state: 'exited', cause: 'mysql is stopped', links: 0, logins: 2} as const
  const text = (rows: readonly (LinkRow | DatabaseRow)[], nodes: readonly (typeof down)[] = []) =>
    linksText(
      {rows, down: nodes.map(node => ({...node, text: `${node.cause}: 2 logins depend on it`})), faults: []},
      {lab: 'apim', columns: 120},
    )

  it('begins with the one cause of many rows, and repeats none of them', () => {
    const rows = [link({}), login('apimgtdb'), login('shareddb'), login('other', {access: 'denied', state: 'ok'})]
    const shown = text(rows, [down])
    assert.equal(shown.split('\n')[0], '✗ mysql is stopped: 2 logins depend on it')
    assert.equal(shown.match(/mysql is/g)!.length, 1, shown)
    assert.match(shown, /databases allowed: none; denied: other; not known: apimgtdb, shareddb/)
    assert.match(shown, /2 links ok, 2 broken/)
  })

  it('tells a silent name server apart from a link that is broken', () => {
    const cause = 'the name server does not answer'
    const shown = text([link({state: 'broken', detail: cause, cause}), link({state: 'broken', detail: 'no route'})])
    assert.equal(shown.split('\n')[0], '✗ the name server does not answer: 1 link depends on it')
    assert.match(shown, /✗ gateway-1 -> key-manager-1:9443 {2}tokens\n {4}detail +no route/)
  })
})
