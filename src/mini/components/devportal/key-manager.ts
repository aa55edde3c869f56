import {z} from 'zod'
import type {NodeContext} from '../../component.js'
import {accountAt} from '../../config/accounts.js'
import {Fault} from '../../http/fault.js'
import type {KeptLink} from '../../links/keep-link.js'
import type {PeerAnswer, PeerRequest} from '../../links/peers.js'

/** An OAuth client as the key manager's registration has it: ClientInfo of kmclient.model, carbon-apimgt v6.7.206. */
export interface ClientRequest {
  readonly client_name: string
  readonly grant_types: readonly string[]
  readonly redirect_uris: readonly string[]
  readonly token_type_extension: 'JWT' | 'OAUTH'
  readonly ext_application_owner: string
  readonly ext_param_client_id?: string | undefined
  readonly ext_param_client_secret?: string | undefined
}

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** A client as the key manager has it. */
export interface FoundClient extends Credentials {
  readonly grantTypes: readonly string[]
  readonly callbackUrl: string | null
}

export interface IssuedToken {
  readonly accessToken: string
  /** Seconds. */
  readonly validityTime: number
  readonly tokenScopes: readonly string[]
}

/** What the devportal asks of the key manager. Each throws a Fault if the key manager refuses, and the network's error if it is away. */
export interface KeyManager {
  register(client: ClientRequest, id?: string): Promise<Credentials>
  /** Undefined where there is no such client. The secret is empty where the key manager keeps a hash of it alone. */
  find(clientId: string, id?: string): Promise<FoundClient | undefined>
  update(clientId: string, client: ClientRequest, id?: string): Promise<void>
  /** A client that is gone already is fine. */
  remove(clientId: string, id?: string): Promise<void>
  /** Makes a client another user's: `alice`, `a@example.com`. A client that is gone is fine. */
  changeOwner(clientId: string, owner: string, id?: string): Promise<void>
  newSecret(clientId: string, id?: string): Promise<Credentials>
  token(client: Credentials, scopes: readonly string[], seconds?: number, id?: string): Promise<IssuedToken>
  /** At the configured revoke endpoint. */
  revoke(client: Credentials, token: string, id?: string): Promise<void>
}

/** The product's webapp on the key manager: its context in product-apim 3.2.0 is keymanager-operations. */
const REGISTER = '/keymanager-operations/dcr/register'

const clientAnswer = z.object({client_id: z.string(), client_secret: z.string()})
const foundAnswer = z.object({
  client_id: z.string(),
  client_secret: z.string().nullish(),
  grant_types: z.array(z.string()).nullish(),
  redirect_uris: z.array(z.string()).nullish(),
})
const tokenAnswer = z.object({access_token: z.string(), expires_in: z.number(), scope: z.string().optional()})

function parse<T extends z.ZodType>(answer: PeerAnswer, schema: T): z.output<T> {
  let body: unknown
  try {
    body = answer.json()
  } catch {
    body = undefined
  }
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new Fault(502, 'The key manager answered something that is no answer')
}

/** What the key manager says of itself, without what was sent to it. */
function refusal(answer: PeerAnswer): string {
  try {
    const body = answer.json() as Record<string, unknown>
    const text = body.error_description ?? body.description ?? body.message
    return typeof text === 'string' ? text.slice(0, 300) : `status ${answer.status}`
  } catch {
    return `status ${answer.status}`
  }
}

/** Statuses that a caller can do something about; any other one is between this node and the key manager. */
const CALLERS = new Set([400, 401, 404, 409])

function accepted(answer: PeerAnswer, account: 'node' | 'caller'): PeerAnswer {
  if (answer.status < 300) return answer
  const unknown = answer.status === 401 && account === 'node'
  const status = unknown || !CALLERS.has(answer.status) ? 502 : answer.status === 401 ? 400 : answer.status
  throw new Fault(status, `The key manager refused: ${refusal(answer)}`)
}

/** The key manager of a node's configuration. Throws StartFailure without an account for it. */
export function makeKeyManager({config: {settings}, links, peers}: NodeContext): KeyManager {
  const account = accountAt(settings, 'apim.key_manager')
  const ask = (fits: (link: KeptLink['link']) => boolean, request: PeerRequest) => {
    const found = links.find(({link}) => fits(link))
    if (!found) throw new Fault(503, 'The configuration names no such server')
    return peers.ask(found.link, request)
  }
  const service = (link: KeptLink['link']) => link.key === 'apim.key_manager.service_url'
  const revokes = ({key}: KeptLink['link']) => key === 'apim.oauth_config.revoke_endpoint'
  // 4.x has no address of its own for it.
  const revoking = links.some(({link}) => revokes(link)) ? revokes : service
  const one = (clientId: string) => `${REGISTER}/${encodeURIComponent(clientId)}`
  const credentials = (answer: PeerAnswer): Credentials => {
    const {client_id: clientId, client_secret: clientSecret} = parse(accepted(answer, 'node'), clientAnswer)
    return {clientId, clientSecret}
  }
  const operate = (method: string, path: string, correlationId?: string, json?: unknown) =>
    ask(service, {method, path, account, correlationId, ...(json !== undefined && {json})})

  return {
    register: async (client, id) => credentials(await operate('POST', REGISTER, id, client)),
    find: async (clientId, id) => {
      const answer = await operate('GET', one(clientId), id)
      if (answer.status === 404) return undefined
      const found = parse(accepted(answer, 'node'), foundAnswer)
      const callbackUrl = found.redirect_uris?.join(',') || null
      const {client_id, client_secret} = found
      return {clientId: client_id, clientSecret: client_secret ?? '', grantTypes: found.grant_types ?? [], callbackUrl}
    },
    update: async (clientId, client, id) => void accepted(await operate('PUT', one(clientId), id, client), 'node'),
    remove: async (clientId, id) => {
      const answer = await operate('DELETE', one(clientId), id)
      if (answer.status !== 404) accepted(answer, 'node')
    },
    changeOwner: async (clientId, owner, id) => {
      const path = `${one(clientId)}/change-owner?applicationOwner=${encodeURIComponent(owner)}`
      const answer = await operate('POST', path, id)
      if (answer.status !== 404) accepted(answer, 'node')
    },
    newSecret: async (clientId, id) =>
      credentials(await operate('POST', `${one(clientId)}/regenerate-consumer-secret`, id)),
    token: async ({clientId, clientSecret}, scopes, seconds, correlationId) => {
      const form = {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        ...(scopes.length > 0 && {scope: scopes.join(' ')}),
        ...(seconds !== undefined && {validity_period: String(seconds)}),
      }
      const answer = await ask(service, {method: 'POST', path: '/oauth2/token', form, correlationId})
      const {
        access_token: accessToken,
        expires_in: validityTime,
        scope,
      } = parse(accepted(answer, 'caller'), tokenAnswer)
      return {accessToken, validityTime, tokenScopes: scope?.split(' ') ?? []}
    },
    revoke: async ({clientId, clientSecret}, token, correlationId) => {
      const form = {client_id: clientId, client_secret: clientSecret, token}
      const path = new URL(links.find(({link}) => revokes(link))?.link.address ?? 'https://none/oauth2/revoke').pathname
      accepted(await ask(revoking, {method: 'POST', path, form, correlationId}), 'caller')
    },
  }
}
