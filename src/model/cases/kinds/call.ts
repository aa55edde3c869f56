import * as z from 'zod'
import {SERVICES, type ServiceName} from '../../services.js'
import {expected} from '../../settings/values.js'
import {namedNodes, stepKind, type Named} from '../step-kind.js'
import {flag, node, path, scalar, text} from '../values.js'

const names = Object.keys(SERVICES) as [ServiceName, ...ServiceName[]]

export const USUAL_SERVICE: ServiceName = 'gateway-https'

export const service = z
  .enum(names, expected(`a service: ${names.join(', ')}`))
  .describe(`What is asked: ${USUAL_SERVICE} without it; paths are below its own`)

/** What a call and traffic share. */
export const requestShape = {
  path: path.describe('Path, and query').optional(),
  service: service.optional(),
  node: node.describe('Asked on this node itself; through the load balancer without it').optional(),
  method: z
    .string()
    .regex(/^[A-Z]+$/, expected('a method such as GET'))
    .max(16)
    .describe('GET without it, POST with a body or a form')
    .optional(),
  token: text('a token').describe('Sent as Bearer').optional(),
  basic: z.boolean(expected('true')).describe("true: with the administrator's name and password").optional(),
  headers: z.record(z.string().max(128), text('a text'), expected('a block of NAME: VALUE')).optional(),
  body: z
    .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())], expected('a text, or keys for JSON'))
    .describe('A text, or what is sent as JSON')
    .optional(),
  form: z.record(z.string(), scalar, expected('a block of NAME: VALUE')).describe('Sent as a form').optional(),
}

interface Request {
  readonly path?: string | undefined
  readonly method?: string | undefined
  readonly body?: unknown
  readonly form?: unknown
  readonly node?: string | undefined
  readonly service?: ServiceName | undefined
}

export const methodOf = ({method, body, form}: Request): string =>
  method ?? (body === undefined && form === undefined ? 'GET' : 'POST')

export const requestText = (request: Request): string => {
  const {path = '/', node: at, service: of} = request
  const place = [of ?? '', at === undefined ? '' : `on ${at}`].filter(it => it !== '').join(' ')
  return `${methodOf(request)} ${path}${place === '' ? '' : ` (${place})`}`
}

/** The node and the service that a request is for. */
export const requestNames = ({node: at, service: of = USUAL_SERVICE}: Request): readonly Named[] => [
  ...(at === undefined ? [] : namedNodes(at, ['node'])),
  {path: of === USUAL_SERVICE ? [] : ['service'], word: of, is: 'service', node: at},
]

export const call = stepKind({
  name: 'call',
  summary: 'An HTTP call: through the load balancer, or on a node itself',
  schema: z.strictObject(
    {
      ...requestShape,
      webSocket: flag.describe('true: the body is sent over a WebSocket; the first message is the answer').optional(),
      times: z
        .int(expected('a number'))
        .min(1)
        .max(1000)
        .describe('So often, one after the other: then counts can be expected')
        .optional(),
    },
    expected('a block such as {path: /pizza/1.0.0/menu}'),
  ),
  example: {path: '/pizza/1.0.0/menu', token: '${app.token}'},
  text: input => `${requestText(input)}${input.times === undefined ? '' : `, ${input.times} times`}`,
  expects: ['status', 'body', 'matches', 'counts'],
  names: requestNames,
})
