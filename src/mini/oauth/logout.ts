import type {JWTPayload} from 'jose'
import type {Call} from '../http/call.js'
import {badRequest} from '../http/fault.js'
import {route, type Answer, type Route} from '../http/router.js'
import {html, type Html} from '../pages/html.js'
import {registeredCallback, withParameters} from './authorization-request.js'
import {onPage} from './authorize.js'
import {findClient} from './clients.js'
import {subjectOf} from './issue.js'
import {loginDocument} from './login-page.js'
import {ENDED_SESSION, sessionOf, type LoginSession} from './login-session.js'
import type {OAuthNode} from './node-guard.js'

const PATH = '/oidc/logout'
/** How long the question can be looked at. */
const ASKED_SECONDS = 600

const subject = ({user}: LoginSession) => subjectOf({name: user.name, tenant: user})

/** What an ID token says that a client gives as a hint; expired ones do too. */
const hintOf = async ({signer}: OAuthNode, text: string | null): Promise<JWTPayload | undefined> =>
  text === null ? undefined : signer.claimsOf(text).catch(() => undefined)

/** Where to go after a logout: a registered address of the client that the hint was made for. Throws a Fault 400 for any other. */
async function targetOf(
  node: OAuthNode,
  given: URLSearchParams,
  hint: JWTPayload | undefined,
): Promise<string | undefined> {
  const asked = given.get('post_logout_redirect_uri')
  if (asked === null || asked === '') return undefined
  const key = [hint?.aud ?? ''].flat()[0] ?? ''
  const client = await findClient(node.apim, key)
  const target = client && registeredCallback(client, asked)
  if (target === undefined) {
    throw badRequest('post_logout_redirect_uri is no registered callback of the application in id_token_hint.')
  }
  return withParameters(target, {state: given.get('state') ?? undefined})
}

const KEPT = ['id_token_hint', 'post_logout_redirect_uri', 'state']

const question = (name: string, confirmed: string, given: URLSearchParams): Html => html`
  <p>You are logged in as <strong>${name}</strong>.</p>
  <form class="fields" method="post" action="${PATH}">
    <input type="hidden" name="confirmed" value="${confirmed}" />
    ${KEPT.filter(it => given.has(it)).map(it => html`<input type="hidden" name="${it}" value="${given.get(it)}" />`)}
    <button>Log out</button>
  </form>
`

async function logOut(node: OAuthNode, call: Call, given: URLSearchParams): Promise<Answer> {
  const hint = await hintOf(node, given.get('id_token_hint'))
  const target = await targetOf(node, given, hint)
  const session = await sessionOf(node, call)
  const confirmed = await node.seal.open('logout', given.get('confirmed') ?? undefined)
  // Without proof that the client, or a page of ours, asks for this very user, any page could log users out.
  if (session && hint?.sub !== subject(session) && confirmed?.sid !== session.id) {
    const proof = await node.seal.seal('logout', {sid: session.id}, ASKED_SECONDS)
    return loginDocument({title: 'Log out', body: question(session.user.name, proof, given)}, target)
  }
  const page =
    target === undefined
      ? loginDocument({title: 'Logged out', body: html`<p role="status">You are logged out.</p>`})
      : {status: 303, headers: {location: target, 'cache-control': 'no-store'}}
  return {...page, headers: {...page.headers, 'set-cookie': ENDED_SESSION}}
}

/** OpenID Connect's logout by the client, at the product's address. Tokens stay good, as in the product. */
export const logoutRoutes = (node: OAuthNode): readonly Route[] => [
  route.get(
    PATH,
    onPage(call => logOut(node, call, call.query)),
  ),
  route.post(
    PATH,
    onPage(async call => logOut(node, call, await call.form())),
  ),
]
