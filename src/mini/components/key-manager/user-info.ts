import {rows} from '../../databases/sql.js'
import {json, route, type Route} from '../../http/router.js'
import type {Attribute} from '../../users/create-user.js'
import type {OAuthNode} from '../../oauth/node-guard.js'
import {findUserIn, rolesOf, type User} from '../../users/users.js'
import {administeredTenant} from './administrator.js'

const DIALECT = 'http://wso2.org/claims/'

/** Claims of the local dialect, by the attribute that holds them: claim-config.xml of carbon-identity-framework. */
const CLAIMS: Readonly<Record<Attribute, string>> = {
  givenName: 'givenname',
  sn: 'lastname',
  mail: 'emailaddress',
  mobile: 'mobile',
  o: 'organization',
  country: 'country',
}

async function claimsOf({shared}: OAuthNode, user: User) {
  const sql =
    'SELECT UM_ATTR_NAME AS name, UM_ATTR_VALUE AS value FROM UM_USER_ATTRIBUTE WHERE UM_USER_ID = ? AND UM_TENANT_ID = ?'
  const attributes = await rows<{name: string; value: string | null}>(shared, sql, [user.key, user.id])
  const known = attributes.flatMap(({name, value}) => {
    const claim = Object.hasOwn(CLAIMS, name) ? CLAIMS[name as Attribute] : undefined
    return claim && value !== null ? [{uri: `${DIALECT}${claim}`, value}] : []
  })
  const roles = (await rolesOf(shared, user)).join(',')
  return [...known, {uri: `${DIALECT}role`, value: roles}, {uri: `${DIALECT}username`, value: user.name}]
}

/** GET of a user's claims, for the gateway's backend tokens: UserClient and ClaimsList of carbon-apimgt v6.7.206. */
export const userInfoRoutes = (node: OAuthNode): readonly Route[] => [
  route.get('/keymanager-operations/user-info/claims', async call => {
    const tenant = await administeredTenant(node, call)
    // `domain` is the user store: there is one, and it may stand before the name too.
    const name = (call.query.get('username') ?? '').replace(/^PRIMARY\//, '').replace(`@${tenant.domain}`, '')
    const user = await findUserIn(node.shared, tenant, name)
    const list = user ? await claimsOf(node, user) : []
    return json({count: list.length, list})
  }),
]
