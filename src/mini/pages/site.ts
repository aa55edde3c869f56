import type {Call} from '../http/call.js'
import type {Account} from '../http/credentials.js'
import {notFound} from '../http/fault.js'
import type {Multipart} from '../http/multipart.js'
import type {Answer, Route} from '../http/router.js'
import {problemOf} from './again.js'
import {documentOf, PAGE_HEADERS, styleRoute, type View} from './document.js'
import {html, type Html} from './html.js'
import {makeSessions, type Session} from './sessions.js'

export type {View} from './document.js'

export interface SiteOptions<T> {
  /** `/publisher`. */
  readonly base: string
  readonly title: string
  /** Links in the header, below the base: [path, text]. */
  readonly nav: readonly (readonly [string, string])[]
  /** Who an account is, or undefined where it may not in. */
  readonly signIn: (account: Account) => Promise<T | undefined>
  readonly nameOf: (user: T) => string
  /** Below the login form: how to get an account, say. */
  readonly beneathLogin?: Html
}

/** One visit of a page by someone who is logged in; `session` is undefined on pages for everyone. */
export interface Visit<T> {
  readonly call: Call
  readonly session: Session<T>
}

/** A small server-rendered site with a login. */
export interface Site<T> {
  /** Login, logout and stylesheet. */
  readonly routes: readonly Route[]
  /** For every other address below the base; after all other routes. */
  readonly missing: Route
  /** A page for who is logged in; others get to the login first. */
  page(path: string, view: (visit: Visit<T>) => Promise<View>): Route
  /** A page for everyone. */
  open(path: string, view: (call: Call, session: Session<T> | undefined) => Promise<View>): Route
  /** A form's target; answers a place below the base to go to, or a view to show. */
  action(path: string, act: (visit: Visit<T>, form: URLSearchParams) => Promise<string | View>): Route
  /** The same of a form with files (`enctype="multipart/form-data"`), of so many bytes. */
  upload(path: string, act: (visit: Visit<T>, form: Multipart) => Promise<string | View>, bodyLimit: number): Route
  /** A file for who is logged in, or for everyone: an image, something to save. */
  file(path: string, answer: (call: Call, session: Session<T> | undefined) => Promise<Answer>): Route
  /** The same, for everyone: a sign-up. */
  openAction(path: string, act: (call: Call, form: URLSearchParams) => Promise<string | View>): Route
}

const redirect = (to: string, cookie?: string): Answer => ({
  status: 303,
  headers: {location: to, ...PAGE_HEADERS, ...(cookie !== undefined && {'set-cookie': cookie})},
})

/** The hidden field that every form of a logged-in page needs. */
export const csrfField = ({csrf}: Session<unknown>): Html => html`<input type="hidden" name="csrf" value="${csrf}" />`

/** Makes a site. */
export function makeSite<T>({base, title, nav, signIn, nameOf, beneathLogin}: SiteOptions<T>): Site<T> {
  const sessions = makeSessions<T>(base)

  const navLink = (call: Call, [path, text]: readonly [string, string]) =>
    html`<a href="${base}${path}" ${call.path === `${base}${path}` && html`aria-current="page"`}>${text}</a>`
  const toLogIn = (call: Call) => call.path !== `${base}/login` && html`<a href="${base}/login">Log in</a>`

  const answer = (call: Call, view: View, session?: Session<T>): Answer =>
    documentOf(view, {
      base,
      site: title,
      header: html`<a class="home" href="${base}">${title}</a>
        <nav aria-label="Main">${session ? nav.map(it => navLink(call, it)) : toLogIn(call)}</nav>
        ${
          session &&
          html`<form method="post" action="${base}/logout">
            ${csrfField(session)}<span>${nameOf(session.user)}</span><button class="quiet">Log out</button>
          </form>`
        }`,
    })

  /** What a page can't do is said on a page. */
  const guarded = async (call: Call, session: Session<T> | undefined, work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work()
    } catch (error) {
      const {status, text} = problemOf(error)
      const body = html`<p class="notice bad" role="alert">${text}</p>
        <p><a href="${base}">${title}: first page</a></p>`
      return answer(call, {title: status === 404 ? 'Not found' : 'This did not work', body, status}, session)
    }
  }

  const loginForm = (next: string, problem?: string): View => ({
    title: 'Log in',
    status: problem === undefined ? 200 : 401,
    body: html`${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
      <form class="fields" method="post" action="${base}/login">
        <input type="hidden" name="next" value="${next}" />
        <label>User name<input name="username" autocomplete="username" required autofocus /></label>
        <label>Password<input name="password" type="password" autocomplete="current-password" required /></label>
        <button>Log in</button>
      </form>
      ${beneathLogin}`,
  })

  /** Only places of this site, and only what a header can carry. */
  const placeOf = (next: string | null): string => (next !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '')

  const login = async (call: Call): Promise<Answer> => {
    const form = await call.form()
    const next = placeOf(form.get('next'))
    const user = await signIn({username: form.get('username') ?? '', password: form.get('password') ?? ''})
    if (!user) return answer(call, loginForm(next, 'Unknown user, wrong password, or no role that may see this.'))
    return redirect(`${base}${next}`, sessions.open(user))
  }
  const logout = async (call: Call): Promise<Answer> => {
    const session = sessions.of(call)
    if (session) await sessions.form(call, session)
    return redirect(`${base}/login`, sessions.close(call))
  }
  const toLogin = (call: Call) =>
    redirect(`${base}/login?next=${encodeURIComponent(call.request.url?.slice(base.length) ?? '')}`)

  const shown = (call: Call, result: string | View, session?: Session<T>) =>
    typeof result === 'string' ? redirect(`${base}${result}`) : answer(call, result, session)

  return {
    routes: [
      {
        method: 'GET',
        path: `${base}/login`,
        handle: call => answer(call, loginForm(placeOf(call.query.get('next')))),
      },
      {method: 'POST', path: `${base}/login`, handle: call => guarded(call, undefined, () => login(call))},
      {method: 'POST', path: `${base}/logout`, handle: call => guarded(call, undefined, () => logout(call))},
      styleRoute(base),
    ],
    missing: {
      method: 'GET',
      path: `${base}/*`,
      handle: call =>
        call.path === `${base}/`
          ? redirect(base)
          : guarded(call, sessions.of(call), () => Promise.reject(notFound('There is no page at this address.'))),
    },
    page: (path, view) => ({
      method: 'GET',
      path: `${base}${path}`,
      handle: call => {
        const session = sessions.of(call)
        return session
          ? guarded(call, session, async () => answer(call, await view({call, session}), session))
          : toLogin(call)
      },
    }),
    open: (path, view) => ({
      method: 'GET',
      path: `${base}${path}`,
      handle: call => {
        const session = sessions.of(call)
        return guarded(call, session, async () => answer(call, await view(call, session), session))
      },
    }),
    action: (path, act) => ({
      method: 'POST',
      path: `${base}${path}`,
      handle: call => {
        const session = sessions.of(call)
        if (!session) return redirect(`${base}/login`)
        return guarded(call, session, async () =>
          shown(call, await act({call, session}, await sessions.form(call, session)), session),
        )
      },
    }),
    upload: (path, act, bodyLimit) => ({
      method: 'POST',
      path: `${base}${path}`,
      bodyLimit,
      handle: call => {
        const session = sessions.of(call)
        if (!session) return redirect(`${base}/login`)
        return guarded(call, session, async () =>
          shown(call, await act({call, session}, await sessions.upload(call, session)), session),
        )
      },
    }),
    file: (path, answerOf) => ({
      method: 'GET',
      path: `${base}${path}`,
      handle: call => {
        const session = sessions.of(call)
        return guarded(call, session, () => answerOf(call, session))
      },
    }),
    openAction: (path, act) => ({
      method: 'POST',
      path: `${base}${path}`,
      handle: call => guarded(call, undefined, async () => shown(call, await act(call, await call.form()))),
    }),
  }
}
