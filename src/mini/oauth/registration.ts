import {z} from 'zod'
import {exclusive, transaction} from '../databases/sql.js'
import {bodyOf} from '../http/body.js'
import type {Call} from '../http/call.js'
import {storable} from '../http/storable.js'
import {badRequest, Fault, notFound} from '../http/fault.js'
import {json, route, type Answer, type Route} from '../http/router.js'
import {ADMIN_ROLE} from '../users/roles.js'
import {findUser, fullName, rolesOf, SUPER_TENANT, activeTenantById, type User} from '../users/users.js'
import {
  findClient,
  findClientByName,
  insertClient,
  renewSecret,
  updateClient,
  type Client,
  type ClientSettings,
} from './clients.js'
import {makeGuard} from './guard.js'
import {secretOf} from './kept-secret.js'
import type {OAuthNode} from './node-guard.js'
import {UNCACHED} from './oauth-fault.js'
import {removeClient, type OnRevoked} from './revoke.js'
import {grantedScopes} from './scopes.js'

const PATH = '/client-registration/v0.17/register'

/** RegistrationProfile of carbon-apimgt v6.7.206, as far as the product reads it. */
const PROFILE = z.object({
  clientName: storable(255, 1),
  owner: storable(255, 1),
  callbackUrl: storable(2048).nullish(),
  grantType: storable(1024).nullish(),
  saasApp: z.boolean().nullish(),
  tokenType: storable(20).nullish(),
})

type Profile = z.infer<typeof PROFILE>

/** One scope of each kind of user who may register applications: RegistrationServiceImpl.isUserAccessAllowed asks for one of three permissions. */
const REGISTRANTS = ['apim:subscribe', 'apim:api_create', 'apim:api_publish']

/** Grants that need somewhere to call back to. */
const WITH_CALLBACK = ['authorization_code', 'implicit']

function settingsOf({clientName, callbackUrl, grantType, saasApp, tokenType}: Profile): ClientSettings {
  const grants = (grantType ?? '').split(/\s+/).filter(it => it !== '')
  return {
    name: clientName,
    callbackUrl: callbackUrl ?? '',
    grantTypes: callbackUrl ? grants : grants.filter(it => !WITH_CALLBACK.includes(it)),
    tokenType: tokenType === 'JWT' ? 'JWT' : 'OAUTH',
    saas: saasApp ?? false,
  }
}

/** OAuthApplicationInfo of carbon-apimgt v6.7.206. */
const shown = (key: string, client: ClientSettings, appOwner: string, secret?: string) => ({
  clientId: key,
  clientName: client.name,
  callBackURL: client.callbackUrl,
  clientSecret: secret ?? null,
  isSaasApplication: client.saas,
  appOwner,
  jsonString: JSON.stringify({
    grant_types: client.grantTypes.join(' '),
    redirect_uris: client.callbackUrl,
    client_name: client.name,
  }),
  jsonAppAttribute: '{}',
  tokenType: client.tokenType,
})

const isSuperAdmin = (user: User, roles: readonly string[]) => user.id === SUPER_TENANT.id && roles.includes(ADMIN_ROLE)

/** The user who registers, with roles. Throws a Fault 401, or 403 for one who may do nothing with APIs. */
async function registrantOf(node: OAuthNode, call: Call) {
  const user = await makeGuard(node.apim, node.shared).user(call)
  const roles = await rolesOf(node.shared, user)
  const granted = await grantedScopes(node, REGISTRANTS, {tenantId: user.id, roles, isApplication: false})
  if (!granted.some(it => REGISTRANTS.includes(it))) {
    throw new Fault(403, 'You do not have enough privileges to create an OAuth app')
  }
  return {user, roles}
}

/** Who shall own the application. Throws a Fault 400 unless it is the caller, or the caller is the super admin. */
async function ownerOf(node: OAuthNode, name: string, {user, roles}: Awaited<ReturnType<typeof registrantOf>>) {
  const owner = await findUser(node.shared, name)
  const same = owner?.key === user.key && owner.id === user.id
  if (!same && !isSuperAdmin(user, roles)) {
    throw badRequest(`Logged in user '${fullName(user)}' and application owner '${name}' should be same.`)
  }
  if (!owner) throw badRequest(`There is no user '${name}'`)
  return owner
}

/** The application of the path, if it is the caller's. Throws a Fault 404 or 403. */
async function ownClient(node: OAuthNode, call: Call): Promise<{client: Client; owner: string}> {
  const {user, roles} = await registrantOf(node, call)
  const client = await findClient(node.apim, call.param('clientId'))
  if (!client) throw notFound('There is no application of this client id')
  const same = client.owner === user.name && client.tenantId === user.id
  if (!same && !isSuperAdmin(user, roles)) throw new Fault(403, 'The application belongs to another user')
  const domain = (await activeTenantById(node.shared, client.tenantId))?.domain ?? ''
  return {client, owner: fullName({name: client.owner, domain})}
}

const secretly = (answer: Answer): Answer => ({...answer, headers: UNCACHED})

/**
 * Registration of REST clients, on key manager, publisher and devportal. A name that the owner has registered already gives the
 * application as it is, secret included: RegistrationServiceImpl.getExistingApp of carbon-apimgt v6.7.206. Where the database has hashes
 * only it gets a new secret.
 */
export const registrationRoutes = (node: OAuthNode, onRevoked?: OnRevoked): readonly Route[] => [
  route.post(PATH, async call => {
    const registrant = await registrantOf(node, call)
    const profile = await bodyOf(call, PROFILE)
    const owner = await ownerOf(node, profile.owner, registrant)
    const wanted = {...settingsOf(profile), owner: owner.name, tenantId: owner.id}
    return exclusive(node.apim, `client:${owner.id}:${owner.name}:${wanted.name}`, async on => {
      const found = await findClientByName(on, wanted)
      if (found) {
        const secret = secretOf(found.keptSecret) ?? (await renewSecret(on, found, node.rules.hashed))
        return secretly(json(shown(found.key, found, fullName(owner), secret)))
      }
      const {key, secret} = await insertClient(on, wanted, node.rules)
      return secretly(json(shown(key, wanted, fullName(owner), secret)))
    })
  }),
  route.get(`${PATH}/:clientId`, async call => {
    const {client, owner} = await ownClient(node, call)
    return secretly(json(shown(client.key, client, owner, secretOf(client.keptSecret))))
  }),
  route.put(`${PATH}/:clientId`, async call => {
    const {client, owner} = await ownClient(node, call)
    const changed = {...client, ...settingsOf(await bodyOf(call, PROFILE))}
    await transaction(node.apim, on => updateClient(on, changed))
    return secretly(json(shown(client.key, changed, owner, secretOf(client.keptSecret))))
  }),
  route.delete(`${PATH}/:clientId`, async call => {
    const {client} = await ownClient(node, call)
    await removeClient(node, client, call.correlationId, onRevoked)
    return {status: 204}
  }),
]
