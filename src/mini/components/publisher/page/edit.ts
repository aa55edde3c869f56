import type {Api} from '../../../apis/api.js'
import type {Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {orAgain} from '../../../pages/again.js'
import {html, type Html} from '../../../pages/html.js'
import type {Session} from '../../../pages/sessions.js'
import {csrfField, type Site, type Visit} from '../../../pages/site.js'
import {listPolicies} from '../../../policies/policy-store.js'
import {sharedScopes} from '../api-checks.js'
import {changeApi, needApi, removeApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {toInput} from '../rest/api-body.js'
import {environmentNames} from '../rest/environment-names.js'
import {graphOf} from '../rest/graphql.js'
import {MAY} from '../rest/scopes-of-operations.js'
import {BASE, may, need, pathOf} from './base.js'
import {formed, formView, shownForm} from './edit-form.js'
import type {Choices} from './edit-part.js'
import {withBlankLine} from './edit-resources.js'
import {newShared, withScopes} from './edit-scopes.js'

/** Links and forms to change and delete an API, for those who may. */
export const editActions = (api: Api, session: Session<Principal>): Html =>
  html`${may(session.user, MAY.change) && html`<p><a href="${BASE}${pathOf(api.id)}/edit">Change the API</a></p>`}
  ${
    may(session.user, MAY.remove) &&
    html`<details>
      <summary>Delete the API</summary>
      <form method="post" action="${BASE}${pathOf(api.id)}/delete">
        ${csrfField(session)}
        <p>With its documents and comments. One that has subscriptions stays.</p>
        <button class="danger">Delete</button>
      </form>
    </details>`
  }`

/** Pages that change an API and remove it. */
export function editPages(publishing: Publishing, site: Site<Principal>): readonly Route[] {
  const environments = environmentNames(publishing)

  const choicesOf = async ({tenant}: Principal): Promise<Choices> => {
    const [policies, shared] = await Promise.all([
      listPolicies(publishing.apim, 'API', tenant.id),
      sharedScopes(publishing, tenant.id),
    ])
    return {environments, policies: policies.map(it => it.name), sharedScopes: [...shared.keys()]}
  }

  const save = async ({call, session: {user}}: Visit<Principal>, api: Api, form: URLSearchParams) => {
    const by = {principal: user, correlationId: call.correlationId}
    const graph = await graphOf(api)
    const shared = await newShared(publishing, by, api, formed(api, form, user))
    await changeApi(publishing, by, api.id, before =>
      toInput(withScopes(formed(before, form, user), shared), user.tenant.domain, environments, {...before, graph}),
    )
  }

  const apiOf = async ({call, session: {user}}: Visit<Principal>): Promise<Api> => {
    need(user, MAY.change)
    return (await needApi(publishing, user, call.param('apiId'))).api
  }

  return [
    site.page('/apis/:apiId/edit', async visit => {
      const api = await apiOf(visit)
      const {session} = visit
      return formView({api, form: shownForm(api), choices: await choicesOf(session.user), session})
    }),
    site.action('/apis/:apiId/edit', async (visit, form) => {
      const api = await apiOf(visit)
      const {session} = visit
      const again = async (given: URLSearchParams) =>
        formView({api, form: given, choices: await choicesOf(session.user), session})
      if (form.has('more')) return again(withBlankLine(form))
      const saved = async () => {
        await save(visit, api, form)
        return pathOf(api.id)
      }
      return orAgain(saved, () => again(form))
    }),
    site.action('/apis/:apiId/delete', async ({call, session: {user}}) => {
      need(user, MAY.remove)
      await removeApi(publishing, {principal: user, correlationId: call.correlationId}, call.param('apiId'))
      return ''
    }),
  ]
}
