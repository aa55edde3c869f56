import {z} from 'zod'
import {exclusive, transaction} from '../../databases/sql.js'
import {bodyOf} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {storable} from '../../http/storable.js'
import {json, route, type Route} from '../../http/router.js'
import {
  findClient,
  findClientByName,
  insertClient,
  renewSecret,
  updateClient,
  type Client,
  type ClientSettings,
} from '../../oauth/clients.js'
import {secretOf} from '../../oauth/kept-secret.js'
import type {OAuthNode} from '../../oauth/node-guard.js'
import {oauth, OAuthFault} from '../../oauth/oauth-fault.js'
import {removeClient, type OnRevoked} from '../../oauth/revoke.js'
import {findUserIn, splitName, SUPER_TENANT, tenantOf, type Tenant} from '../../users/users.js'
import {administeredTenant} from './administrator.js'

const PATH = '/keymanager-operations/dcr/register'

/** Lists that end up in one column, separated by spaces. */
const list = (max: number) =>
  z
    .array(storable(max, 1).refine(it => !it.includes(' '), 'has a space'))
    .refine(it => it.join(' ').length <= max, 'is too long')

/** ClientInfo of carbon-apimgt v6.7.206. */
const CLIENT = z.object({
  client_name: storable(255, 1),
  redirect_uris: list(2048).nullish(),
  grant_types: list(1024).nullish(),
  token_type_extension: storable(20).nullish(),
  ext_application_owner: storable(255, 1).nullish(),
  ext_param_client_id: z
    .string()
    .regex(/^\w{15,30}$/, 'has to have 15 to 30 letters, digits or underscores')
    .nullish(),
  ext_param_client_secret: storable(255, 1).nullish(),
})

type ClientInfo = z.infer<typeof CLIENT>

const settingsOf = (info: ClientInfo): ClientSettings => ({
  name: info.client_name,
  callbackUrl: (info.redirect_uris ?? []).join(' '),
  grantTypes: info.grant_types ?? [],
  // What an application of the portal is unless its owner chose opaque tokens.
  tokenType: (info.token_type_extension ?? 'JWT') === 'JWT' ? 'JWT' : 'OAUTH',
  saas: false,
})

const shown = (key: string, client: ClientSettings & Pick<Client, 'owner'>, secret?: string) => ({
  client_id: key,
  client_name: client.name,
  client_secret: secret ?? null,
  client_secret_expires_at: 0,
  redirect_uris: client.callbackUrl === '' ? [] : client.callbackUrl.split(' '),
  grant_types: client.grantTypes,
  token_type_extension: client.tokenType,
  ext_application_owner: client.owner,
})

const invalid = (description: string, status = 400) => new OAuthFault(status, 'invalid_client_metadata', description)

/** The owner of a new application, as `alice` of the call's tenant or `a@example.com`. Throws an OAuthFault 400. */
async function ownerOf({shared}: OAuthNode, tenant: Tenant, given: string) {
  const {name, domain} = splitName(given)
  const of = domain === SUPER_TENANT.domain ? tenant : await tenantOf(shared, domain)
  const allowed = of && (tenant.id === SUPER_TENANT.id || of.id === tenant.id)
  const owner = allowed && (await findUserIn(shared, of, name))
  if (!owner) throw invalid('ext_application_owner: there is no such user')
  return {owner: owner.name, tenantId: owner.id}
}

/** The application of the path, for an administrator of its tenant. Throws an OAuthFault 401, 403 or 404. */
async function clientOf(node: OAuthNode, call: Call): Promise<Client> {
  const tenant = await administeredTenant(node, call)
  const client = await findClient(node.apim, call.param('clientId'))
  if (!client || (tenant.id !== SUPER_TENANT.id && tenant.id !== client.tenantId)) {
    throw new OAuthFault(404, 'invalid_client_id', 'There is no application of this client id')
  }
  return client
}

const create = (node: OAuthNode): Route =>
  route.post(
    PATH,
    oauth(async call => {
      const tenant = await administeredTenant(node, call)
      const info = await bodyOf(call, CLIENT)
      if (!info.ext_application_owner) throw invalid('ext_application_owner: is missing')
      const client = {...settingsOf(info), ...(await ownerOf(node, tenant, info.ext_application_owner))}
      const given = {
        ...(info.ext_param_client_id && {key: info.ext_param_client_id}),
        ...(info.ext_param_client_secret && {secret: info.ext_param_client_secret}),
      }
      return exclusive(node.apim, 'clients of applications', async on => {
        if (await findClientByName(on, client)) throw invalid('An application of this name is there already', 409)
        if (given.key && (await findClient(on, given.key))) throw invalid('The client id is taken', 409)
        const {key, secret} = await insertClient(on, client, {...given, hashed: node.rules.hashed})
        return json(shown(key, client, secret), 201)
      })
    }),
  )

/** What the portal asks for on behalf of applications: DCRClient of carbon-apimgt v6.7.206. */
export const keyManagerOperations = (node: OAuthNode, onRevoked: OnRevoked): readonly Route[] => [
  create(node),
  route.get(
    `${PATH}/:clientId`,
    oauth(async call => {
      const client = await clientOf(node, call)
      return json(shown(client.key, client, secretOf(client.keptSecret)))
    }),
  ),
  route.put(
    `${PATH}/:clientId`,
    oauth(async call => {
      const client = await clientOf(node, call)
      const changed = {...client, ...settingsOf(await bodyOf(call, CLIENT))}
      await transaction(node.apim, on => updateClient(on, changed))
      return json(shown(client.key, changed, secretOf(client.keptSecret)))
    }),
  ),
  route.delete(
    `${PATH}/:clientId`,
    oauth(async call => {
      await removeClient(node, await clientOf(node, call), call.correlationId, onRevoked)
      return {status: 204}
    }),
  ),
  route.post(
    `${PATH}/:clientId/regenerate-consumer-secret`,
    oauth(async call => {
      const client = await clientOf(node, call)
      return json(shown(client.key, client, await renewSecret(node.apim, client, node.rules.hashed)))
    }),
  ),
  route.post(
    `${PATH}/:clientId/change-owner`,
    oauth(async call => {
      const client = await clientOf(node, call)
      const tenant = await administeredTenant(node, call)
      const {owner} = await ownerOf(node, tenant, call.query.get('applicationOwner') ?? '')
      const changed = {...client, owner}
      await transaction(node.apim, on => updateClient(on, changed))
      return json(shown(client.key, changed, secretOf(client.keptSecret)))
    }),
  ),
]
