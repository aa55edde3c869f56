import assert from 'node:assert/strict'
import {conditionsOf, type WaitFlags} from '../../../../src/lab/wait/conditions.js'
import {LabError} from '../../../../src/errors.js'

const NOW = new Date('2026-03-14T15:00:00Z')
const of = (flags: WaitFlags, ...nodes: readonly string[]) => conditionsOf(flags, nodes, NOW)

describe('what wait is told to wait for', () => {
  it('is a condition for each flag, for the same nodes', () => {
    const nodes = ['gateway-1']
    assert.deepEqual(
      of({ready: true, log: 'x', since: '2026-03-14T14:00:00.000000001Z', http: '/', link: 'mysql/apimgtdb'}, ...nodes),
      [
        {kind: 'ready', nodes},
        {kind: 'log', nodes, pattern: 'x', since: 1_773_496_800_000_000_001n},
        {kind: 'http', nodes, url: '/', status: 200},
        {kind: 'link', nodes, server: 'mysql/apimgtdb'},
      ],
    )
    assert.deepEqual(of({sql: 'SELECT 1', equals: ''}, 'mysql'), [
      {kind: 'sql', nodes: ['mysql'], query: 'SELECT 1', equals: ''},
    ])
  })

  for (const [flags, message] of [
    [{}, /nothing to wait for/],
    [{ready: false}, /nothing to wait for/],
    [{since: '1m'}, /--since belongs to --log/],
    [{ready: true, status: 200}, /--status belongs to --http/],
    [{ready: true, equals: ''}, /--equals belongs to --sql/],
    [{sql: 'SELECT 1'}, /--sql needs --equals/],
  ] as const)
    it(`is refused for ${JSON.stringify(flags)}`, () =>
      assert.throws(
        () => of(flags),
        (error: unknown) => error instanceof LabError && error.code === 'usage-invalid' && message.test(error.message),
      ))
})
