import {z} from 'zod'
import {bodyOf} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {badRequest, notFound} from '../../http/fault.js'
import {route, type Route} from '../../http/router.js'
import {createUser, type Attribute} from '../../users/create-user.js'
import {splitName, tenantOf, type User} from '../../users/users.js'
import type {Portal} from './portal.js'

/** What the settings tell of passwords: PasswordJavaRegEx of the product's user-mgt.xml. */
export const PASSWORD = /^[\S]{5,30}$/

/** Roles of who signs up: SelfSignUp of sign-up-config.xml, carbon-apimgt v6.7.206. */
const ROLES = ['Internal/subscriber']

/** The product's claims whose values are kept, by what follows the dialect's URI. */
const CLAIMS: Readonly<Record<string, Attribute>> = {
  'http://wso2.org/claims/givenname': 'givenName',
  'http://wso2.org/claims/lastname': 'sn',
  'http://wso2.org/claims/emailaddress': 'mail',
  'http://wso2.org/claims/mobile': 'mobile',
  'http://wso2.org/claims/organization': 'o',
  'http://wso2.org/claims/country': 'country',
}

const body = z.object({
  user: z.object({
    username: z.string(),
    password: z.string(),
    realm: z.string().nullish(),
    claims: z.array(z.object({uri: z.string(), value: z.string().max(1024)})).nullish(),
  }),
  properties: z.array(z.unknown()).nullish(),
})

/** Makes an account for someone who signs up. Throws a Fault 400, 404 for an unknown tenant, or 409 where the name is taken. */
export async function signUp(
  {shared}: Portal,
  username: string,
  password: string,
  attributes: Readonly<Partial<Record<Attribute, string>>> = {},
): Promise<User> {
  const {name, domain} = splitName(username)
  const tenant = await tenantOf(shared, domain)
  if (!tenant) throw notFound(`There is no active tenant ${domain.slice(0, 100)}`)
  return createUser(shared, tenant, {name, password, roles: ROLES, attributes})
}

/** Self-registration: the product's identity API, which 3.2.0's devportal profile keeps (api#identity#user). */
export const signUpRoutes = (portal: Portal): readonly Route[] => [
  route.post('/api/identity/user/v1.0/me', async (call: Call) => {
    const {username, password, claims} = (await bodyOf(call, body)).user
    const known = (claims ?? []).map(({uri, value}) => {
      const attribute = Object.hasOwn(CLAIMS, uri) ? CLAIMS[uri] : undefined
      if (!attribute) throw badRequest(`claims: nothing is kept of ${uri.slice(0, 100)}`)
      return [attribute, value] as const
    })
    await signUp(portal, username, password, Object.fromEntries(known))
    return {status: 201}
  }),
]
