import * as z from 'zod'
import {USER} from '../../link-id.js'
import {expected} from '../../settings/values.js'
import {namedNodes, stepKind, type Mistake} from '../step-kind.js'
import {flag, listOf, nodes, regex, text} from '../values.js'

const CONDITIONS = ['ready', 'log', 'http', 'link', 'sql'] as const

const schema = z.strictObject(
  {
    nodes: nodes.describe('As for the command `wait`').optional(),
    ready: flag.describe('true: until all of their probes pass').optional(),
    log: regex.describe('Until a line matches, that was logged since `when` began').optional(),
    http: text('a URL').describe('Until a GET from their network gets the expected status').optional(),
    status: z.int(expected('a status')).min(100).max(599).describe('With http; 200 without it').optional(),
    link: text('SERVER:PORT').describe('Until their link to it is ok').optional(),
    sql: text('a query').describe('Until this query has the rows that `equals` tells').optional(),
    equals: z.string(expected('a text')).optional(),
  },
  expected('a block such as {nodes: gateway-1, ready: true}'),
)

type Written = z.output<typeof schema>

function mistakes(input: Written): readonly Mistake[] {
  const wrong = (message: string, path: readonly string[] = []) => [{path, message}]
  if (!CONDITIONS.some(key => input[key] !== undefined && input[key] !== false))
    return wrong(`there is nothing to wait for: give one of ${CONDITIONS.join(', ')}`)
  if (input.sql !== undefined && input.equals === undefined) return wrong('sql needs equals', ['sql'])
  if (input.status !== undefined && input.http === undefined) return wrong('status belongs to http', ['status'])
  if (input.link !== undefined && input.nodes === undefined) return wrong('link needs nodes: its clients', ['link'])
  return []
}

const textOf = ({nodes: input, ...conditions}: Written) => {
  const what = CONDITIONS.filter(key => conditions[key] !== undefined)
    .map(key => (key === 'ready' ? 'ready' : `${key} ${String(conditions[key])}`))
    .join(', ')
  return input === undefined ? what : `${listOf(input).join(', ')}: ${what}`
}

export const wait = stepKind({
  name: 'wait',
  summary: 'Waits for what the command `wait` waits for; as a sign: whether it comes',
  schema,
  example: {nodes: 'gateway-1', log: "can't connect to traffic-manager"},
  text: textOf,
  expects: [],
  // For SQL it is a database; a URL may be asked for from this host.
  names: ({nodes: input, sql}) =>
    input === undefined || sql !== undefined ? [] : namedNodes(input, ['nodes']).filter(({word}) => word !== USER),
  mistakes,
  warns: ({sql, equals}) => (sql === undefined ? [] : [`SQL, until it is ${JSON.stringify(equals)}: ${sql}`]),
})
