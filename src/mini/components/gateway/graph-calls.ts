import type {IncomingMessage} from 'node:http'
import {readGraph, type Graph, type Query} from '../../apis/graphql.js'
import {UNLIMITED_TIER} from '../../hub/data.js'
import type {Admit, Pass} from './admission.js'
import type {GatewayCall} from './call.js'
import type {Entry, Match} from './catalog.js'
import {badQuery, isFault, NO_METHOD, NO_SUBSCRIPTIONS, tooDeep, TOO_LARGE, type CallFault} from './faults.js'
import {hasBody} from './headers.js'
import type {Resource} from './resources.js'

/** Bytes of a query, which is read as a whole. */
const MOST = 128 * 1024

interface Admitted {
  readonly pass: Pass
  /** What came, to be sent on; undefined where the query is in the URL. */
  readonly body: Buffer | undefined
}

/** Introspection asks for no field of the API's: whoever may call it at all may. */
const INTROSPECTION = (entry: Entry): Resource => ({
  mapping: {
    httpMethod: 'QUERY',
    urlPattern: '__schema',
    authScheme: 'Any',
    throttlingPolicy: UNLIMITED_TIER,
    scopes: [],
  },
  key: `${entry.api.context}/${entry.api.version}/__schema:QUERY`,
  secured: true,
  verbs: ['GET', 'POST'],
})

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MOST) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** How often a JSON object has a key of its own; each reader takes another one of several. */
function timesOf(key: string, json: string): number {
  let [depth, times, last] = [0, 0, '']
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (token === ':' && depth === 1 && JSON.parse(last) === key) times++
    last = token
  }
  return times
}

/** The query of a body: `{"query": "..."}`, or the query itself as application/graphql. */
function textOf(body: Buffer, type: string): string | undefined {
  const text = body.toString('utf8')
  if (/^application\/graphql\s*(;|$)/i.test(type)) return text
  try {
    const {query} = (JSON.parse(text) ?? {}) as {query?: unknown}
    return typeof query === 'string' && timesOf('query', text) === 1 ? query : undefined
  } catch {
    return undefined
  }
}

/** The one query that a call has, in its body or its URL: of two, a backend might take the one that was not looked at. */
function queryIn({request, query}: GatewayCall, body: Buffer | undefined): string | undefined {
  const inUrl = new URLSearchParams(query).getAll('query')
  if (body) return inUrl.length === 0 ? textOf(body, String(request.headers['content-type'] ?? '')) : undefined
  return inUrl.length === 1 && !hasBody(request) ? inUrl[0] : undefined
}

/** Reads queries by the schema of the API, which is read once. */
const graphs = new WeakMap<Entry, Promise<Graph>>()
const graphOf = (entry: Entry): Promise<Graph> => {
  const known = graphs.get(entry) ?? readGraph(entry.api.schema ?? '')
  graphs.set(entry, known)
  return known
}

function resourcesOf(entry: Entry, {operations, introspects}: Query): readonly Resource[] | CallFault {
  if (operations.some(it => it.verb === 'SUBSCRIPTION')) return NO_SUBSCRIPTIONS
  const found = operations.map(({verb, target}) => entry.resources.find(verb, target))
  const missing = operations.find((_, i) => typeof found[i] !== 'object')
  if (missing) return badQuery(`The API has no operation ${missing.target}`)
  return [...(found as readonly Resource[]), ...(introspects ? [INTROSPECTION(entry)] : [])]
}

/**
 * Decides on a call of a GraphQL API: what it asks for is read out of its query, and each operation has its own token, scopes and limit
 * (GraphQLAPIHandler and GraphQLQueryAnalysisHandler of carbon-apimgt v6.7.206). Counts each operation.
 */
export async function admitGraph(call: GatewayCall, match: Match, admit: Admit): Promise<Admitted | CallFault> {
  const {entry} = match
  const {request, method} = call
  if (method !== 'GET' && method !== 'POST') return NO_METHOD
  const body = method === 'POST' ? await readBody(request) : undefined
  if (method === 'POST' && !body) return TOO_LARGE
  const asked = queryIn(call, body)
  if (asked === undefined) return badQuery('Invalid query parameter')
  let query: Query
  try {
    query = (await graphOf(entry)).read(asked)
  } catch (error) {
    return badQuery(error instanceof Error ? error.message : String(error))
  }
  const resources = resourcesOf(entry, query)
  if (isFault(resources)) return resources
  let pass: Pass | undefined
  for (const resource of resources) {
    const verdict = await admit(call, match, resource)
    if (isFault(verdict)) return verdict
    pass = verdict
    const {maxDepth = 0} = verdict.grant
    if (maxDepth > 0 && query.depth > maxDepth) return tooDeep(query.depth, maxDepth)
  }
  return {pass: pass!, body}
}

/** The answer of a preflight is for every query. */
export const preflight = (entry: Entry): Resource => ({...INTROSPECTION(entry), verbs: ['GET', 'POST', 'OPTIONS']})
