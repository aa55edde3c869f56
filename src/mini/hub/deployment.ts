import {z} from 'zod'
import {API_DATA, CUSTOM_POLICY_DATA, POLICY_DATA, POLICY_NAME} from './data.js'

/**
 * Pushes to 9443. The product does them with SOAP (APIGatewayAdmin on a gateway, EventProcessorAdminService on a traffic manager, both
 * appended to a service_url that ends in `/services/`); mini posts JSON to the same paths, with the environment's account.
 */
export const GATEWAY_ADMIN = 'APIGatewayAdmin'
export const POLICY_ADMIN = 'EventProcessorAdminService'

const isEndpoint = (text: string) =>
  URL.canParse(text) && ['http:', 'https:', 'ws:', 'wss:'].includes(new URL(text).protocol)
const endpoint = z.string().max(2000).refine(isEndpoint, 'no http, https, ws or wss URL')
/** How to log in at a backend. */
const login = z.object({
  type: z.enum(['BASIC', 'DIGEST']),
  username: z.string().max(1000),
  password: z.string().max(1000),
})
const codes = z.array(z.int()).max(100).readonly()
const ms = z.number().nonnegative()
/** What the `config` of an endpoint says. */
const RULES = z.object({
  /** Milliseconds that it has for the head of its answer. */
  timeout: ms.exactOptional(),
  /** How long it is left alone after an error, in milliseconds: first, by what that grows, at most. No codes: after any error. */
  suspension: z.object({codes, initial: ms, factor: ms, most: ms}).exactOptional(),
  /** Errors after which it is tried so often again, each time after a delay, before it is left alone. */
  retry: z.object({codes, times: z.int().nonnegative(), delay: ms}).exactOptional(),
})
export type EndpointRules = Readonly<z.infer<typeof RULES>>

/** Several endpoints of one kind of key, or one with rules of its own. */
const GROUP = z.object({
  /** In turn, or the first that is ready. */
  kind: z.enum(['load_balance', 'failover']),
  /** Whether a call that failed goes on to another one. */
  failsOver: z.boolean(),
  members: z
    .array(z.object({url: endpoint, rules: RULES.exactOptional()}))
    .min(1)
    .max(100)
    .readonly(),
})
export type EndpointGroup = Readonly<z.infer<typeof GROUP>>

const texts = z.array(z.string().max(1000)).readonly()

/** Everything that a gateway needs to serve an API. */
export const API_ARTIFACT = API_DATA.extend({
  /** Hash of the rest: a gateway that has it already is left alone. */
  digest: z.string().max(1000),
  endpoints: z.object({production: endpoint.exactOptional(), sandbox: endpoint.exactOptional()}),
  /** In place of an endpoint, where there is more to say of it. */
  groups: z.object({production: GROUP.exactOptional(), sandbox: GROUP.exactOptional()}).exactOptional(),
  /** By kind of key. */
  security: z.object({production: login.exactOptional(), sandbox: login.exactOptional()}).exactOptional(),
  /** Calls a second that a gateway passes on, by kind of key. */
  maxTps: z.object({production: z.int().exactOptional(), sandbox: z.int().exactOptional()}).exactOptional(),
  /** Of a GraphQL API. */
  schema: z.string().max(1_000_000).exactOptional(),
  /** Seconds that answers are kept for other calls. */
  cacheSeconds: z.int().positive().exactOptional(),
  /** Of `http` and `https`: where it may be called. */
  transport: texts,
  /** Header with the token, if not Authorization. */
  authorizationHeader: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .exactOptional(),
  /** How callers may log in; none named: with a token. */
  securityScheme: texts.exactOptional(),
  /** Whose tokens it takes, if not everyone's. */
  keyManagers: texts.exactOptional(),
  cors: z
    .object({allowOrigins: texts, allowCredentials: z.boolean(), allowHeaders: texts, allowMethods: texts})
    .exactOptional(),
})
export type ApiArtifact = Readonly<z.infer<typeof API_ARTIFACT>>

/** Body of a POST to GATEWAY_ADMIN; `list` answers {apis: [{uuid, digest}]}, the others {ok: true}. */
export const GATEWAY_OPERATION = z.discriminatedUnion('operation', [
  z.object({operation: z.literal('deploy'), api: API_ARTIFACT}),
  z.object({operation: z.literal('undeploy'), uuid: API_DATA.shape.uuid}),
  z.object({operation: z.literal('list')}),
])
export type GatewayOperation = z.infer<typeof GATEWAY_OPERATION>

/** A policy that is counted by. */
export const POLICY_PLAN = z.discriminatedUnion('operation', [
  z.object({operation: z.literal('deploy'), policy: POLICY_DATA}),
  z.object({operation: z.literal('deploy-custom'), policy: CUSTOM_POLICY_DATA}),
])

/** Body of a POST to POLICY_ADMIN; answers {ok: true}. */
export const POLICY_OPERATION = z.discriminatedUnion('operation', [
  ...POLICY_PLAN.options,
  z.object({
    operation: z.literal('undeploy'),
    kind: z.enum([...POLICY_DATA.shape.kind.options, 'GLOBAL']),
    ...POLICY_NAME,
  }),
])
export type PolicyOperation = z.infer<typeof POLICY_OPERATION>
