import {iconOf, setIcon} from '../../../apis/api-files.js'
import {apiIds, apiKey, servedContext} from '../../../apis/api-rows.js'
import {updateApi, type StoredApi} from '../../../apis/api-store.js'
import {documentsOf} from '../../../apis/documents.js'
import {LARGEST_IMAGE} from '../../../apis/image-type.js'
import {LIFECYCLE} from '../../../apis/lifecycle.js'
import {averageRatings, commentsOf, NO_RATING, ratingOf} from '../../../apis/opinions.js'
import type {Route} from '../../../http/router.js'
import {nameOf, type Principal} from '../../../oauth/guard.js'
import {orNone, ownersOf, stateBadge, thumbnail} from '../../../pages/api-parts.js'
import {html, type Html} from '../../../pages/html.js'
import {facts, moment, select, table} from '../../../pages/parts.js'
import type {Session} from '../../../pages/sessions.js'
import {csrfField, type Site, type View, type Visit} from '../../../pages/site.js'
import {changeBeside, needApi} from '../api-service.js'
import type {Analytics} from '../analytics.js'
import type {Publishing} from '../publishing.js'
import {CHECK_ITEMS} from '../versions-before.js'
import {MAY} from '../rest/scopes-of-operations.js'
import {imageIn} from '../rest/thumbnails.js'
import {subscriptionsOf} from '../subscription-store.js'
import {BASE, may, need, pathOf} from './base.js'
import {documentList} from './documents.js'
import {editActions} from './edit.js'
import {endpointFacts} from './edit-endpoints.js'
import {usageOfApi} from './usage.js'

/** What may be done with the whole API, by who may do it. */
function actions({api}: StoredApi, session: Session<Principal>): Html {
  const own = `${BASE}${pathOf(api.id)}`
  const events = LIFECYCLE[api.lifeCycleStatus].map(({event}) => [event, event] as const)
  return html`${
    may(session.user, MAY.publish) &&
    events.length > 0 &&
    html`<form class="row" method="post" action="${own}/state">
      ${csrfField(session)} ${select('action', 'Life cycle', events)}
      ${
        api.lifeCycleStatus === 'CREATED' &&
        Object.entries(CHECK_ITEMS).map(
          ([name, text]) =>
            html`<label class="check"><input type="checkbox" name="${name}" value="true" />${text}</label>`,
        )
      }
      <button>Do it</button>
    </form>`
  }
  ${
    may(session.user, MAY.create) &&
    html`<details>
        <summary>New version</summary>
        <form class="fields" method="post" action="${own}/version">
          ${csrfField(session)}
          <label>Version <small>after ${api.version}</small><input name="version" required maxlength="30" /></label>
          ${select('default', 'Called without a version', [
            ['false', 'the one before, if any'],
            ['true', 'this one'],
          ])}
          <button>Create version</button>
        </form>
      </details>
      <details>
        <summary>Picture</summary>
        <form class="fields" method="post" action="${own}/thumbnail" enctype="multipart/form-data">
          ${csrfField(session)}
          <label
            >Image <small>PNG, JPEG, GIF or BMP, up to 1 MB</small><input name="file" type="file" required
          /></label>
          <button>Set picture</button>
        </form>
      </details>`
  }`
}

const opinions = (rating: string, comments: Awaited<ReturnType<typeof commentsOf>>): Html =>
  html`<h2>Opinions</h2>
    <p>${rating === NO_RATING ? 'Nobody has rated it yet.' : `Rated ${rating} of 5.`}</p>
    ${
      comments.length === 0
        ? html`<p class="notice">There are no comments.</p>`
        : table(
            'Comments',
            ['When', 'Who', 'Comment'],
            comments.map(it => [moment(it.at.getTime()), it.createdBy, it.content]),
          )
    }`

/** The page of one API: what it says, who is subscribed, its usage and documents, and what users think of it. */
export function apiPages(publishing: Publishing, analytics: Analytics, site: Site<Principal>): readonly Route[] {
  const {apim, shared} = publishing

  const view = async (stored: StoredApi, {call, session}: Visit<Principal>): Promise<View> => {
    const {api} = stored
    const id = (await apiIds(apim)).get(apiKey(api))
    const subscriptions = id === undefined ? [] : await subscriptionsOf(apim, id)
    const operations = api.operations.map(it => [
      it.verb,
      html`<code>${it.target}</code>`,
      it.authType,
      orNone(it.scopes),
      it.throttlingPolicy,
    ])
    const subscribers = subscriptions.map(it => [it.subscriber, it.application, it.policy, it.status])
    const rating = ratingOf(await averageRatings(apim), api)
    return {
      title: `${api.name} ${api.version}`,
      body: html`${thumbnail(api, `${BASE}${pathOf(api.id)}/thumbnail`)}
        ${facts([
          ['State', stateBadge(api.lifeCycleStatus)],
          ['Context', html`<code>${servedContext(api)}</code>`],
          ['Description', api.description || 'none'],
          ['Type', api.type],
          ['Provider', api.provider],
          ...ownersOf(api),
          ...endpointFacts(api),
          ['Policies', orNone(api.policies)],
          ['Gateways', orNone(api.gatewayEnvironments)],
        ])}
        ${actions(stored, session)} ${editActions(api, session)}
        <h2>Resources</h2>
        ${table('Resources', ['Verb', 'Path', 'Security', 'Scopes', 'Policy'], operations)}
        <h2>Subscribers</h2>
        ${
          subscribers.length === 0
            ? html`<p class="notice">Nobody is subscribed.</p>`
            : table('Subscribers', ['User', 'Application', 'Policy', 'State'], subscribers)
        }
        ${await usageOfApi(analytics, call, session.user, api)}
        ${documentList(stored, await documentsOf(shared, stored), session)}
        ${opinions(rating, id === undefined ? [] : await commentsOf(apim, id))}
        <p><a href="${BASE}">All APIs</a></p>`,
    }
  }

  return [
    site.page('/apis/:apiId', async visit =>
      view(await needApi(publishing, visit.session.user, visit.call.param('apiId')), visit),
    ),
    site.file('/apis/:apiId/thumbnail', async (call, session) => {
      const icon = session && (await iconOf(shared, await needApi(publishing, session.user, call.param('apiId'))))
      return icon ? {status: 200, body: icon.bytes, type: icon.mediaType} : {status: 404}
    }),
    site.upload(
      '/apis/:apiId/thumbnail',
      async ({call, session: {user}}, form) => {
        need(user, MAY.change)
        const image = imageIn(form)
        await changeBeside(publishing, user, call.param('apiId'), async (on, stored) => {
          await setIcon(on, stored, image, nameOf(user))
          await updateApi(on, stored, {...stored.api, hasThumbnail: true})
        })
        return pathOf(call.param('apiId'))
      },
      LARGEST_IMAGE + 64 * 1024,
    ),
  ]
}
