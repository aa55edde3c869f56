import type {Api} from '../../../apis/api.js'
import type {StoredDocument} from '../../../apis/documents.js'
import type {Found} from '../../../apis/search.js'
import {orNone, ownersOf, securityOf, stateBadge, thumbnail} from '../../../pages/api-parts.js'
import {html, type Html} from '../../../pages/html.js'
import {foundDocuments, searchForm} from '../../../pages/search.js'
import {csrfField, type View} from '../../../pages/site.js'
import type {Session} from '../../../pages/sessions.js'
import {servedContext} from '../../../apis/api-rows.js'
import {endpointUrls} from '../api-view.js'
import type {Application} from '../application-store.js'
import type {Portal} from '../portal.js'
import type {Subscription} from '../subscription-store.js'
import {counted, facts, select, table} from '../../../pages/parts.js'
import {PAGE} from './base.js'
import {documentList} from './documents.js'
import {opinionsView, type Opinions} from './opinions.js'
import {tryOutForm, tryOutLinks} from './try-out.js'
import type {PortalUser} from './user.js'

const toLogIn = html`<p><a href="${PAGE}/login">Log in</a> or <a href="${PAGE}/sign-up">sign up</a> to use APIs.</p>`

const thumbnailOf = ({id}: Api) => `${PAGE}/apis/${id}/thumbnail`

/** Links to the APIs of each tag. */
const tagLinks = (tags: readonly string[]): Html =>
  html`${tags.map(it => {
    const query = new URLSearchParams({query: `tag:"${it}"`}).toString()
    return html`<a href="${PAGE}?${query}">${it}</a> `
  })}`

/** The list of APIs, with a search that also finds documents. */
export function listView(found: readonly Found[], query: string, session: Session<PortalUser> | undefined): View {
  const apis = found.filter(({document}) => !document).map(({api}) => api)
  const tags = [...new Set(apis.flatMap(it => it.tags))].sort((a, b) => a.localeCompare(b))
  return {
    title: 'APIs',
    body: html`${!session && toLogIn}${searchForm(PAGE, query)}
      <h2>${counted(apis.length, 'API')}</h2>
      ${
        apis.length === 0
          ? html`<p class="notice">${query === '' ? 'Nothing is published yet.' : 'No API fits this search.'}</p>`
          : table(
              'APIs',
              ['Name', 'Version', 'Context', 'Provider', 'State', 'Description'],
              apis.map(it => [
                html`${thumbnail(it, thumbnailOf(it))}<a href="${PAGE}/apis/${it.id}">${it.name}</a>`,
                it.version,
                html`<code>${servedContext(it)}</code>`,
                it.provider,
                stateBadge(it.lifeCycleStatus),
                it.description,
              ]),
            )
      }
      ${
        query === '' &&
        tags.length > 0 &&
        html`<h2>Tags</h2>
          <p>${tagLinks(tags)}</p>`
      }
      ${foundDocuments(PAGE, found)}`,
  }
}

function endpoints(portal: Portal, api: Api): Html {
  const lines = endpointUrls(api, portal.environments).flatMap(({environmentName, URLs}) =>
    Object.values(URLs).map(url => [environmentName, html`<code>${url}</code>`]),
  )
  return lines.length === 0
    ? html`<p class="notice">No gateway of this portal serves it.</p>`
    : table('Endpoints', ['Gateway', 'URL'], lines)
}

/** One subscription, and what may be done with it. */
function subscriptionForms(api: Api, session: Session<PortalUser>, subscription: Subscription, name: string): Html {
  const own = `${PAGE}/apis/${api.id}/subscriptions/${subscription.uuid}`
  return html`<details>
    <summary>Change or end the subscription of ${name} (${subscription.policy})</summary>
    <form class="row" method="post" action="${own}/policy">
      ${csrfField(session)}
      ${select(
        'policy',
        `Policy of ${name}`,
        api.policies.map(it => [it, it] as const),
        subscription.policy,
      )}
      <button>Change policy</button>
    </form>
    <form method="post" action="${own}/end">
      ${csrfField(session)}
      <p>Without it, calls of ${name} are refused.</p>
      <button class="danger">Unsubscribe ${name}</button>
    </form>
  </details>`
}

function subscribeForm(
  api: Api,
  session: Session<PortalUser>,
  applications: readonly Application[],
  subscribed: readonly Subscription[],
) {
  const has = ({uuid}: Application) => subscribed.some(it => it.applicationUuid === uuid)
  const free = applications.filter(it => !has(it))
  const names = applications.filter(has).map(({name}) => name)
  const nameOf = ({applicationUuid}: Subscription) =>
    applications.find(({uuid}) => uuid === applicationUuid)?.name ?? ''
  return html`${names.length > 0 && html`<p>Subscribed: ${names.join(', ')}</p>`}
  ${subscribed.map(it => subscriptionForms(api, session, it, nameOf(it)))}
  ${
    free.length === 0
      ? html`<p>All your applications are subscribed. <a href="${PAGE}/applications">Make another</a></p>`
      : html`<form class="fields" method="post" action="${PAGE}/apis/${api.id}/subscribe">
          ${csrfField(session)}
          ${select(
            'application',
            'Application',
            free.map(it => [it.uuid, it.name] as const),
          )}
          ${select(
            'policy',
            'Policy',
            api.policies.map(it => [it, it] as const),
          )}
          <button>Subscribe</button>
        </form>`
  }`
}

/** What there is to know of an API and, for who is logged in, what there is to do with it. */
export const apiView = (
  portal: Portal,
  api: Api,
  {opinions, documents}: {readonly opinions: Opinions; readonly documents: readonly StoredDocument[]},
  mine?: {
    readonly session: Session<PortalUser>
    readonly applications: readonly Application[]
    readonly subscribed: readonly Subscription[]
  },
): View => ({
  title: `${api.name} ${api.version}`,
  body: html`${thumbnail(api, thumbnailOf(api))} ${api.description && html`<p>${api.description}</p>`}
    ${facts([
      ['State', stateBadge(api.lifeCycleStatus)],
      ['Context', html`<code>${servedContext(api)}</code>`],
      ['Provider', api.provider],
      ...ownersOf(api),
      ['Tags', api.tags.length === 0 ? 'none' : tagLinks(api.tags)],
      [
        'Definition',
        html`<a href="${PAGE}/apis/${api.id}/definition">read</a>
          <a href="${PAGE}/apis/${api.id}/definition?save=true">download</a>`,
      ],
    ])}
    <h2>Endpoints</h2>
    ${endpoints(portal, api)}
    <h2>Resources</h2>
    ${table(
      'Resources',
      ['Method', 'Path', 'Security', 'Scopes'],
      api.operations.map(it => [it.verb, html`<code>${it.target}</code>`, securityOf(it), orNone(it.scopes)]),
    )}
    ${documentList(api, documents)}
    <h2>Scopes</h2>
    ${
      api.scopes.length === 0
        ? html`<p>This API has none.</p>`
        : table(
            'Scopes',
            ['Scope', 'Description', 'Roles'],
            api.scopes.map(({scope}) => [scope.name, scope.description, scope.bindings.join(', ') || 'everyone']),
          )
    }
    ${
      mine
        ? html`<h2>Subscribe</h2>
            ${subscribeForm(api, mine.session, mine.applications, mine.subscribed)}
            <h2 id="try-out">Try out</h2>
            ${
              api.type === 'WS'
                ? html`<p>A WebSocket API: connect to one of its endpoints.</p>`
                : html`<p>An operation with its parameters and examples, or any path below.</p>
                    ${tryOutLinks(api)} ${tryOutForm(portal, api, mine.session, mine.applications)}`
            }`
        : html`<h2>Use it</h2>
            ${toLogIn}`
    }
    ${opinionsView(api, opinions, mine?.session)}`,
})
