import type {Call} from '../http/call.js'
import {sameSecret} from '../http/credentials.js'
import {Fault} from '../http/fault.js'
import {route, type Answer, type Route} from '../http/router.js'
import {PAGE_HEADERS} from '../pages/document.js'
import {authenticate, rolesOf} from '../users/users.js'
import {makeCode} from './authorization-code.js'
import {
  fromClaims,
  readRequest,
  registeredCallback,
  toClaims,
  withParameters,
  type AuthorizationRequest,
} from './authorization-request.js'
import {findClient, mayLogIn, type Client} from './clients.js'
import {LOGIN_PATH, LOGIN_TARGET, loginDocument, loginForm, problem} from './login-page.js'
import {markOf, sessionCookie, sessionOf, type LoginSession} from './login-session.js'
import type {OAuthNode} from './node-guard.js'
import {OAuthFault} from './oauth-fault.js'
import {grantedScopes, scopesOf} from './scopes.js'

const PATH = '/oauth2/authorize'
/** How long a login page can be looked at. */
const LOGIN_SECONDS = 600

/** A redirect after which the method is GET. `location` is an own path, or a registered address. */
const redirect = (location: string, ...cookies: readonly string[]): Answer => ({
  status: 303,
  headers: {...PAGE_HEADERS, location, ...(cookies.length > 0 && {'set-cookie': cookies})},
})

const unknown = (text: string) => problem('This application can not log you in', text, 400)

const refused = (
  {redirectUri, state}: {redirectUri: string; state?: string | undefined},
  {error, description}: OAuthFault,
) => redirect(withParameters(redirectUri, {error, error_description: description, state}))

/** Sends the browser back with a code for who is logged in. */
async function withCode(
  node: OAuthNode,
  client: Client,
  request: AuthorizationRequest,
  {user, loggedInAt}: LoginSession,
): Promise<Answer> {
  const roles = await rolesOf(node.shared, user)
  const caller = {tenantId: client.tenantId, roles, isApplication: false}
  const scopes = await grantedScopes(node, scopesOf(request.scope), caller)
  const code = await makeCode(node, client, user, {...request, scopes, loggedInAt})
  return redirect(withParameters(request.redirectUri, {code, state: request.state}))
}

const isGood = (session: LoginSession | undefined, client: Client, {notBefore}: AuthorizationRequest) =>
  session !== undefined && session.loggedInAt >= notBefore && mayLogIn(session.user, client)

/** Begins: with a code for who is logged in, with the login page for others. */
async function begin(node: OAuthNode, call: Call, given: URLSearchParams): Promise<Answer> {
  const client = await findClient(node.apim, given.get('client_id') ?? '')
  if (!client) return unknown('There is no application of this client id.')
  const redirectUri = registeredCallback(client, given.get('redirect_uri'))
  // Never to an address that is not registered, not even with an error.
  if (redirectUri === undefined) return unknown('Its address (redirect_uri) is not the registered callback.')
  const state = given.get('state') ?? undefined
  let request: AuthorizationRequest
  try {
    request = readRequest(given, client, redirectUri)
  } catch (error) {
    if (error instanceof OAuthFault) return refused({redirectUri, state}, error)
    throw error
  }
  const session = await sessionOf(node, call)
  if (session && isGood(session, client, request)) return withCode(node, client, request, session)
  if (given.get('prompt') === 'none') {
    return refused(request, new OAuthFault(400, 'login_required', 'Authentication required'))
  }
  const {mark, cookie} = markOf(call)
  const sessionDataKey = await node.seal.seal('authorization', {...toClaims(request), mark}, LOGIN_SECONDS)
  return redirect(withParameters(LOGIN_PATH, {sessionDataKey}), ...(cookie === undefined ? [] : [cookie]))
}

interface Begun {
  readonly request: AuthorizationRequest
  readonly client: Client
  readonly sessionDataKey: string
}

/** What a browser has begun. Throws a Fault 400 for what it has not, or too long ago. */
async function begunOf(node: OAuthNode, call: Call, sessionDataKey: string | null): Promise<Begun> {
  const claims = await node.seal.open('authorization', sessionDataKey ?? undefined)
  if (!claims || !sameSecret(String(claims.mark), markOf(call).mark)) {
    throw new Fault(400, 'This login was not begun in this browser, or too long ago. Go back to the application.')
  }
  const request = fromClaims(claims)
  const client = await findClient(node.apim, request.clientKey)
  if (!client || registeredCallback(client, request.redirectUri) === undefined) {
    throw new Fault(400, 'The application is gone, or has changed meanwhile.')
  }
  return {request, client, sessionDataKey: sessionDataKey ?? ''}
}

/** Goes on after the login page. */
async function proceed(node: OAuthNode, call: Call): Promise<Answer> {
  const {request, client, sessionDataKey} = await begunOf(node, call, call.query.get('sessionDataKey'))
  const session = await sessionOf(node, call)
  if (session && isGood(session, client, request)) return withCode(node, client, request, session)
  return redirect(withParameters(LOGIN_PATH, {sessionDataKey}))
}

async function showForm(node: OAuthNode, call: Call): Promise<Answer> {
  const {client, request, sessionDataKey} = await begunOf(node, call, call.query.get('sessionDataKey'))
  return loginDocument(loginForm(sessionDataKey, {client: client.name}), request.redirectUri)
}

async function logIn(node: OAuthNode, call: Call): Promise<Answer> {
  const form = await call.form()
  const {client, request, sessionDataKey} = await begunOf(node, call, form.get('sessionDataKey'))
  const username = form.get('username') ?? ''
  const user = await authenticate(node.shared, {username, password: form.get('password') ?? ''})
  if (!user || !mayLogIn(user, client)) {
    return loginDocument(loginForm(sessionDataKey, {client: client.name, tried: username}), request.redirectUri)
  }
  return redirect(withParameters(PATH, {sessionDataKey}), await sessionCookie(node, user))
}

/** What a page can't do is said on a page. */
export const onPage =
  (handle: (call: Call) => Promise<Answer>): Route['handle'] =>
  async call => {
    try {
      return await handle(call)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return problem('This did not work', error.description, error.status)
    }
  }

/** The code flow of RFC 6749 with a login page, at the product's addresses. */
export const authorizeRoutes = (node: OAuthNode): readonly Route[] => [
  route.get(
    PATH,
    onPage(call => (call.query.has('sessionDataKey') ? proceed(node, call) : begin(node, call, call.query))),
  ),
  route.post(
    PATH,
    onPage(async call => begin(node, call, await call.form())),
  ),
  route.get(
    LOGIN_PATH,
    onPage(call => showForm(node, call)),
  ),
  route.post(
    LOGIN_TARGET,
    onPage(call => logIn(node, call)),
  ),
]
