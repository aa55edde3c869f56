import type {Api} from '../../../apis/api.js'
import {commaList} from '../../../comma-list.js'
import {checked} from '../../../http/body.js'
import type {Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {html, type Html} from '../../../pages/html.js'
import type {Session} from '../../../pages/sessions.js'
import {csrfField, type Site, type View} from '../../../pages/site.js'
import {changeApi, needApi, removeApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody, toInput} from '../rest/api-body.js'
import {toDto} from '../rest/api-dto.js'
import {environmentNames} from '../rest/environment-names.js'
import {graphOf} from '../rest/graphql.js'
import {MAY} from '../rest/scopes-of-operations.js'
import {BASE, may, need, pathOf} from './base.js'

/** Fields of `businessInformation`, and how the form calls them. */
const OWNERS = {
  businessOwner: 'Business owner',
  businessOwnerEmail: 'E-mail of the business owner',
  technicalOwner: 'Technical owner',
  technicalOwnerEmail: 'E-mail of the technical owner',
} as const

/** What has one line each: the parts of the lines that are not empty. */
const linesOf = (text: string): readonly (readonly [first: string, second: string, rest: string])[] =>
  text
    .split('\n')
    .map(it => it.trim())
    .filter(it => it !== '')
    .map(it => {
      const [, first = '', second = '', rest = ''] = /^(\S+)\s*(\S*)\s*(.*)$/.exec(it) ?? []
      return [first, second, rest] as const
    })

const resourceText = ({operations}: Api) =>
  operations.map(it => [it.verb, it.target, it.scopes.join(', ')].join(' ').trim()).join('\n')
const scopeText = ({scopes}: Api) =>
  scopes.map(({scope}) => [scope.name, scope.bindings.join(', ')].join(' ').trim()).join('\n')

/** Whether it has one address, as the form has one field. */
const hasOneEndpoint = ({endpointConfig: config}: Api) =>
  config === null || (['http', 'address'].includes(config.endpoint_type) && !Array.isArray(config.production_endpoints))

const endpointOf = ({endpointConfig: config}: Api) => {
  const endpoints = config?.production_endpoints
  return endpoints && 'url' in endpoints ? String(endpoints.url) : ''
}

/** The endpoints with another address; that of test keys goes with it where it was the same. */
function endpointsWith(api: Api, url: string): unknown {
  if (url === '') return null
  const config: {readonly production_endpoints?: unknown; readonly sandbox_endpoints?: unknown} =
    api.endpointConfig ?? {}
  const {production_endpoints: production, sandbox_endpoints: sandbox} = config
  const isSame = sandbox !== undefined && (sandbox as {url?: unknown}).url === endpointOf(api)
  return {
    endpoint_type: 'http',
    ...config,
    production_endpoints: {...(production as object | undefined), url},
    ...((isSame || !api.endpointConfig) && {sandbox_endpoints: {...(sandbox as object | undefined), url}}),
  }
}

const field = (label: string, name: string, value: string | null | undefined, note = ''): Html =>
  html`<label
    >${label} ${note && html`<small>${note}</small>`}<input name="${name}" maxlength="2048" value="${value}"
  /></label>`
const area = (label: string, name: string, value: string, note: string): Html =>
  html`<label>${label} <small>${note}</small><textarea name="${name}" spellcheck="false">${value}</textarea></label>`

const formView = (api: Api, environments: readonly string[], session: Session<Principal>): View => ({
  title: `${api.name} ${api.version}: change`,
  body: html`<form class="fields" method="post" action="${BASE}${pathOf(api.id)}/edit">
      ${csrfField(session)}
      <label>Description<textarea name="description" maxlength="20000">${api.description}</textarea></label>
      ${field('Tags', 'tags', api.tags.join(', '), 'with commas')}
      ${field('Policies of subscriptions', 'policies', api.policies.join(', '), 'with commas')}
      ${hasOneEndpoint(api) && field('Endpoint', 'endpoint', endpointOf(api))}
      ${field('Gateways', 'gateways', api.gatewayEnvironments.join(', '), `of ${environments.join(', ')}`)}
      ${
        api.type === 'HTTP' &&
        area('Resources', 'resources', resourceText(api), 'one a line: GET /order/{id} order, where order is a scope')
      }
      ${area('Scopes', 'scopes', scopeText(api), 'one a line, with the roles that may have it: order admin, Internal/creator')}
      ${Object.entries(OWNERS).map(([name, label]) =>
        field(label, name, api.businessInformation[name as keyof typeof OWNERS]),
      )}
      <button>Save</button>
    </form>
    <p><a href="${BASE}${pathOf(api.id)}">Back to ${api.name}</a></p>`,
})

/** The API with what a form says of it: what the form has no field for stays. */
function formed(api: Api, form: URLSearchParams): unknown {
  const text = (name: string) => (form.get(name) ?? '').trim()
  const operations = linesOf(form.get('resources') ?? '').map(([verb, target, scopes]) => ({
    ...api.operations.find(it => it.verb === verb.toUpperCase() && it.target === target),
    ...{verb, target, scopes: commaList(scopes)},
  }))
  const scopes = linesOf(form.get('scopes') ?? '').map(([name, first, rest]) => {
    const known = api.scopes.find(it => it.scope.name === name)
    return {shared: known?.shared === true, scope: {...known?.scope, name, bindings: commaList(`${first} ${rest}`)}}
  })
  return {
    ...toDto(api),
    description: text('description'),
    tags: commaList(text('tags')),
    policies: commaList(text('policies')),
    gatewayEnvironments: commaList(text('gateways')),
    ...(hasOneEndpoint(api) && {endpointConfig: endpointsWith(api, text('endpoint'))}),
    ...(api.type === 'HTTP' && {operations}),
    scopes,
    businessInformation: Object.fromEntries(Object.keys(OWNERS).map(name => [name, text(name) || null])),
  }
}

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
  const names = environmentNames(publishing)
  return [
    site.page('/apis/:apiId/edit', async ({call, session}) => {
      need(session.user, MAY.change)
      return formView((await needApi(publishing, session.user, call.param('apiId'))).api, names, session)
    }),
    site.action('/apis/:apiId/edit', async ({call, session: {user}}, form) => {
      need(user, MAY.change)
      const by = {principal: user, correlationId: call.correlationId}
      const id = call.param('apiId')
      const graph = await graphOf((await needApi(publishing, user, id)).api)
      await changeApi(publishing, by, id, before =>
        toInput(checked(apiBody, formed(before, form)), user.tenant.domain, names, {...before, graph}),
      )
      return pathOf(id)
    }),
    site.action('/apis/:apiId/delete', async ({call, session: {user}}) => {
      need(user, MAY.remove)
      await removeApi(publishing, {principal: user, correlationId: call.correlationId}, call.param('apiId'))
      return ''
    }),
  ]
}
