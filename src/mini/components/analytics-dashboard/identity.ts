import {z} from 'zod'
import type {NodeContext} from '../../component.js'
import {reasonOf} from '../../failure.js'
import type {Account} from '../../http/credentials.js'
import {Fault} from '../../http/fault.js'
import type {PeerAnswer, PeerRequest} from '../../links/peers.js'

/** Someone who is logged in. */
export interface Viewer {
  readonly name: string
  readonly tenantDomain: string
  readonly token: string
}

/** What the dashboard asks of publisher and devportal. */
interface Identity {
  /** Who an account is, or undefined where name or password are wrong or a role is missing. Throws a Fault 503 with the publisher away. */
  signIn(account: Account): Promise<Viewer | undefined>
  /** Names of the APIs that a viewer sees; undefined while the devportal does not answer. */
  apiNames(viewer: Viewer): Promise<readonly string[] | undefined>
}

const PROPERTIES = ['auth.configs', 'properties']
const NEED = {why: 'the dashboard logs in to the publisher with it', example: 'the account of the lab'}
/** What the product's dashboard asks for too, as far as mini has it; openid makes no difference here. */
const SCOPES = 'apim_analytics:admin apim:tenantInfo apim:api_view apim:subscribe'

const client = z.object({clientId: z.string(), clientSecret: z.string()})
const token = z.object({access_token: z.string()})
const tenant = z.object({tenantDomain: z.string()})
const apis = z.object({list: z.array(z.object({name: z.string()}))})

/** Logs viewers in at the publisher, as the product's dashboard does. Throws StartFailure without an account for that. */
export function makeIdentity({config: {settings}, links, peers}: NodeContext): Identity {
  const owner = {
    username: settings.text([...PROPERTIES, 'kmUsername'], NEED),
    password: settings.text([...PROPERTIES, 'kmPassword'], NEED),
  }
  let registered: Promise<z.infer<typeof client>> | undefined

  /** Asks the server of a property of auth.configs; paths are below that of the configured URL. */
  const ask = async (property: string, path: string, request: Omit<PeerRequest, 'path'>): Promise<PeerAnswer> => {
    const found = links.find(({link}) => link.key === `auth.configs.properties.${property}`)
    if (!found) throw new Fault(503, `The configuration has no ${property}`)
    const base = new URL(found.link.address).pathname.replace(/\/$/, '')
    try {
      return await peers.ask(found.link, {...request, path: `${base}${path}`})
    } catch (error) {
      throw new Fault(503, `The ${found.link.server} at ${found.link.address} does not answer: ${reasonOf(error)}`)
    }
  }
  const read = <T extends z.ZodType>(schema: T, answer: PeerAnswer, what: string): z.output<T> => {
    if (answer.status >= 300) throw new Fault(502, `${what} was refused with status ${answer.status}`)
    try {
      return schema.parse(answer.json())
    } catch {
      throw new Fault(502, `${what} was answered with something that is no answer`)
    }
  }

  const register = async () => {
    const json = {
      callbackUrl: 'https://localhost/analytics-dashboard',
      clientName: 'analytics_dashboard',
      owner: owner.username,
      grantType: 'client_credentials password refresh_token',
      saasApp: true,
    }
    const answer = await ask('kmDcrUrl', '', {method: 'POST', account: owner, json})
    return read(client, answer, 'The registration of the dashboard at the publisher')
  }
  const login = async (account: Account): Promise<PeerAnswer> => {
    registered ??= register()
    registered.catch(() => (registered = undefined))
    const {clientId, clientSecret} = await registered
    const form = {grant_type: 'password', ...account, scope: SCOPES}
    return ask('kmTokenUrl', '/token', {method: 'POST', account: {username: clientId, password: clientSecret}, form})
  }

  return {
    signIn: async account => {
      let answer = await login(account)
      if (answer.status === 401) {
        // Another registration of the same client has made a new secret.
        registered = undefined
        answer = await login(account)
      }
      if (answer.status === 400 || answer.status === 401) return undefined
      const {access_token: bearer} = read(token, answer, 'The login')
      const headers = {authorization: `Bearer ${bearer}`}
      const path = `/api/am/admin/v1/tenant-info/${encodeURIComponent(account.username)}`
      const info = await ask('publisherUrl', path, {headers})
      if (info.status === 401 || info.status === 403) return undefined
      const {tenantDomain} = read(tenant, info, "The question for the user's tenant")
      return {name: account.username, tenantDomain, token: bearer}
    },
    apiNames: async ({token: bearer, tenantDomain}) => {
      const headers = {authorization: `Bearer ${bearer}`, 'x-wso2-tenant': tenantDomain}
      try {
        const answer = await ask('devPortalUrl', '/api/am/store/v1/apis?limit=1000', {headers, timeout: 2_000})
        return [...new Set(read(apis, answer, 'The list of APIs').list.map(({name}) => name))]
      } catch (error) {
        if (error instanceof Fault) return undefined
        throw error
      }
    },
  }
}
