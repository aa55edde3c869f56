import type {Api} from '../../../apis/api.js'
import {definitionOf} from '../../../apis/api-files.js'
import {findApiId} from '../../../apis/api-rows.js'
import type {Call} from '../../../http/call.js'
import {checked} from '../../../http/body.js'
import {notFound} from '../../../http/fault.js'
import type {Route} from '../../../http/router.js'
import type {Peers} from '../../../links/peers.js'
import {html} from '../../../pages/html.js'
import {makeSite, type View} from '../../../pages/site.js'
import type {Session} from '../../../pages/sessions.js'
import {applicationsOf, ownApplication} from '../application-store.js'
import {openApiOf} from '../../../apis/open-api.js'
import {averageRatings, commentsOf, ratingOf} from '../../../apis/opinions.js'
import {addComment, COMMENT, RATING, rateApi} from '../opinions.js'
import {visibleDocuments} from '../documents.js'
import {askedTenant, type Portal} from '../portal.js'
import {signUp} from '../sign-up.js'
import {subscriberOf} from '../subscribers.js'
import {subscriptionsTo} from '../subscription-store.js'
import {changePolicy, ownSubscription, subscribe, unsubscribe} from '../subscriptions.js'
import {searchPortal} from '../search.js'
import {visibleApi} from '../visible-apis.js'
import {PAGE_HEADERS} from '../../../pages/document.js'
import {endpointUrls} from '../api-view.js'
import {apiView, listView} from './apis.js'
import {applicationPages} from './application-pages.js'
import {PAGE} from './base.js'
import {documentPages} from './documents.js'
import {describedCall} from './operations.js'
import {tryOut, tryOutForm, tryOutView} from './try-out.js'
import {signIn, type PortalUser} from './user.js'

const signUpView: View = {
  title: 'Sign up',
  body: html`<p>With an account you make applications, subscribe to APIs and try them out.</p>
    <form class="fields" method="post" action="${PAGE}/sign-up">
      <label
        >User name <small>3 to 30 characters</small
        ><input name="username" autocomplete="username" required minlength="3" maxlength="30"
      /></label>
      <label
        >Password <small>5 to 30 characters, no spaces</small
        ><input name="password" type="password" autocomplete="new-password" required minlength="5" maxlength="30"
      /></label>
      <button>Sign up</button>
    </form>`,
}

/** The portal's pages. */
export function portalPages(portal: Portal, peers: Peers): readonly Route[] {
  const site = makeSite<PortalUser>({
    base: PAGE,
    title: 'API Developer Portal',
    nav: [
      ['', 'APIs'],
      ['/applications', 'Applications'],
    ],
    signIn: account => signIn(portal, account),
    nameOf: ({principal}) => principal.name,
    beneathLogin: html`<p><a href="${PAGE}/sign-up">Sign up</a> for an account.</p>`,
  })
  const apiOf = async (call: Call, user?: PortalUser) =>
    visibleApi(portal, await askedTenant(portal, call, user?.principal), call.param('apiId'), user?.principal)
  const definitionFor = async (call: Call, user: PortalUser | undefined, api: Api) => {
    const tenant = await askedTenant(portal, call, user?.principal)
    const servers = endpointUrls(api, portal.environments).flatMap(({URLs}) => Object.values(URLs))
    return openApiOf(api, {servers, given: await definitionOf(portal.shared, {api, tenantId: tenant.id})})
  }
  /** The operation that a form or an address names, with what the API's definition says of it. */
  const chosenIn = async (call: Call, user: PortalUser, api: Api, given: URLSearchParams) => {
    const [verb, target] = [given.get('method') ?? '', given.get('resource') ?? '']
    if (!api.operations.some(it => it.verb === verb && it.target === target)) return undefined
    return {verb, target, ...describedCall(await definitionFor(call, user, api), target, verb)}
  }
  const needId = async (call: Call, user: PortalUser) => {
    const api = await apiOf(call, user)
    const id = await findApiId(portal.apim, api)
    if (id === undefined) throw notFound('There is no such API.')
    return {api, id}
  }
  const mine = async ({user: {principal}}: Session<PortalUser>) =>
    applicationsOf(portal.apim, await subscriberOf(portal, principal))

  const list = async (call: Call, session?: Session<PortalUser>) => {
    const principal = session?.user.principal
    const query = call.query.get('query') ?? ''
    const found = await searchPortal(portal, await askedTenant(portal, call, principal), query, principal)
    return listView(found, query, session)
  }
  const details = async (call: Call, session?: Session<PortalUser>) => {
    const api = await apiOf(call, session?.user)
    const id = await findApiId(portal.apim, api)
    const opinions = {
      rating: ratingOf(await averageRatings(portal.apim), api),
      comments: id === undefined ? [] : await commentsOf(portal.apim, id),
    }
    const tenant = await askedTenant(portal, call, session?.user.principal)
    const documents = await visibleDocuments(portal, {api, tenantId: tenant.id}, session?.user.principal)
    const beside = {opinions, documents}
    if (!session) return apiView(portal, api, beside)
    const subscriber = await subscriberOf(portal, session.user.principal)
    const subscribed = id === undefined ? [] : await subscriptionsTo(portal, id, subscriber)
    return apiView(portal, api, beside, {
      session,
      applications: await mine(session),
      subscribed,
    })
  }
  const subscriptionOf = (call: Call, {principal}: PortalUser) =>
    ownSubscription(portal, principal, call.param('subscriptionId'))

  return [
    ...site.routes,
    site.open('', list),
    site.open('/apis/:apiId', details),
    site.file('/apis/:apiId/definition', async (call, session) => {
      const api = await apiOf(call, session?.user)
      const {graphQLSchema: schema} = api
      const name = `${api.name}-${api.version}.${schema === undefined ? 'json' : 'graphql'}`
      const type = schema === undefined ? 'application/json' : 'text/plain'
      const text = schema ?? JSON.stringify(await definitionFor(call, session?.user, api), null, 2)
      const saved = call.query.get('save') === 'true' && {'content-disposition': `attachment; filename="${name}"`}
      return {status: 200, body: `${text}\n`, type: `${type}; charset=UTF-8`, headers: {...PAGE_HEADERS, ...saved}}
    }),
    ...documentPages(portal, site),
    ...applicationPages(portal, site),
    site.action('/apis/:apiId/subscribe', async ({call, session: {user}}, form) => {
      const api = await apiOf(call, user)
      const application = await ownApplication(portal, user.principal, form.get('application') ?? '')
      await subscribe(portal, user.principal, application, api, (form.get('policy') ?? '').slice(0, 50))
      return `/apis/${encodeURIComponent(api.id)}`
    }),
    site.action('/apis/:apiId/subscriptions/:subscriptionId/policy', async ({call, session: {user}}, form) => {
      const {principal, application, subscription} = await subscriptionOf(call, user)
      await changePolicy(portal, principal, application, subscription, (form.get('policy') ?? '').slice(0, 50))
      return `/apis/${encodeURIComponent(call.param('apiId'))}`
    }),
    site.action('/apis/:apiId/subscriptions/:subscriptionId/end', async ({call, session: {user}}) => {
      const {principal, application, subscription} = await subscriptionOf(call, user)
      await unsubscribe(portal, principal, application, subscription)
      return `/apis/${encodeURIComponent(call.param('apiId'))}`
    }),
    site.action('/apis/:apiId/comment', async ({call, session: {user}}, form) => {
      const {api, id} = await needId(call, user)
      // The product's comments have no parent: a reply says whom it answers.
      const to = form.get('to')
      const {content} = checked(COMMENT, {content: `${to ? `@${to} ` : ''}${form.get('content') ?? ''}`})
      await addComment(portal, user.principal, id, content)
      return `/apis/${encodeURIComponent(api.id)}`
    }),
    site.action('/apis/:apiId/rate', async ({call, session: {user}}, form) => {
      const {api, id} = await needId(call, user)
      const {rating} = checked(RATING, {rating: Number(form.get('rating') || 'none')})
      await rateApi(portal, user.principal, id, rating)
      return `/apis/${encodeURIComponent(api.id)}`
    }),
    site.page('/apis/:apiId/try', async ({call, session}) => {
      const api = await apiOf(call, session.user)
      const chosen = await chosenIn(call, session.user, api, call.query)
      return tryOutView(api, tryOutForm(portal, api, session, await mine(session), {chosen}))
    }),
    site.action('/apis/:apiId/try', async ({call, session}, form) => {
      const api = await apiOf(call, session.user)
      const result = await tryOut(portal, peers, call, session.user, api, form)
      const chosen = await chosenIn(call, session.user, api, form)
      return tryOutView(api, tryOutForm(portal, api, session, await mine(session), {chosen, given: form}), result)
    }),
    site.open('/sign-up', () => Promise.resolve(signUpView)),
    site.openAction('/sign-up', async (_, form) => {
      await signUp(portal, form.get('username') ?? '', form.get('password') ?? '')
      return '/login'
    }),
    site.missing,
  ]
}
