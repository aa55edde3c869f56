import type {Answer, Route} from '../http/router.js'
import {documentOf, pageHeaders, styleRoute, type View} from '../pages/document.js'
import {html, type Html, type Part} from '../pages/html.js'

/** The product's web application for logging in. */
export const LOGIN_BASE = '/authenticationendpoint'
export const LOGIN_PATH = `${LOGIN_BASE}/login.do`
/** Where its form goes. */
export const LOGIN_TARGET = '/commonauth'

/** The stylesheet of the pages. */
export const loginPageRoutes: readonly Route[] = [styleRoute(LOGIN_BASE)]

/** Where forms of a page may lead beyond this site, as the policy of a page names it: an origin, or the scheme of an app. */
function sourceOf(address: string): string {
  const {origin, protocol} = new URL(address)
  return origin === 'null' ? protocol : origin
}

/** A page of the login. Its form may lead to an address of a client's. */
export const loginDocument = (view: View, leadsTo?: string): Answer =>
  documentOf(view, {
    base: LOGIN_BASE,
    site: 'Key Manager',
    header: html`<span class="home">Key Manager</span>`,
    headers: pageHeaders(leadsTo === undefined ? [] : [sourceOf(leadsTo)]),
  })

/** What went wrong, for who can't be sent back with it. */
export const problem = (title: string, text: string, status: number, more?: Part): Answer =>
  loginDocument({
    title,
    status,
    body: html`<p class="notice bad" role="alert">${text}</p>
      ${more}`,
  })

/** The form, for a client by its name; what was typed before stays, but the password. */
export const loginForm = (
  sessionDataKey: string,
  {client, tried}: {readonly client: string; readonly tried?: string | undefined},
): View => ({
  title: 'Log in',
  status: tried === undefined ? 200 : 401,
  body: html`${tried !== undefined && wrong}
    <p>Then you go on to <strong>${client}</strong>.</p>
    <form class="fields" method="post" action="${LOGIN_TARGET}">
      <input type="hidden" name="sessionDataKey" value="${sessionDataKey}" />
      <label
        >User name<input name="username" autocomplete="username" value="${tried ?? ''}" required autofocus
      /></label>
      <label>Password<input name="password" type="password" autocomplete="current-password" required /></label>
      <button>Log in</button>
    </form>`,
})

const wrong: Html = html`<p class="notice bad" role="alert">
  Unknown user, wrong password, or not a user of this application.
</p>`
