import {checked} from '../../../http/body.js'
import {badRequest} from '../../../http/fault.js'
import {textOf, type Multipart} from '../../../http/multipart.js'
import type {Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {html} from '../../../pages/html.js'
import {select} from '../../../pages/parts.js'
import type {Session} from '../../../pages/sessions.js'
import {csrfField, type Site, type View} from '../../../pages/site.js'
import {listPolicies} from '../../../policies/policy-store.js'
import {createApi, moveApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody, toInput} from '../rest/api-body.js'
import {definitionIn} from '../rest/definition-body.js'
import {environmentNames} from '../rest/environment-names.js'
import {fetchDefinition} from '../rest/fetch-definition.js'
import {importDefinition} from '../rest/imports.js'
import {MAY} from '../rest/scopes-of-operations.js'
import {newVersion} from '../rest/versions.js'
import {BASE, need, pathOf} from './base.js'

/** Bytes of a definition that is uploaded. */
const DEFINITION_LIMIT = 1024 * 1024

const formView = (session: Session<Principal>, policies: readonly string[]): View => ({
  title: 'New API',
  body: html`<p>
      Of an OpenAPI 3 or Swagger 2 definition, as a file or at a URL; without one it has the usual resources, each for
      every path.
    </p>
    <form class="fields" method="post" action="${BASE}/new" enctype="multipart/form-data">
      ${csrfField(session)}
      <label>File of a definition <small>JSON or YAML</small><input name="file" type="file" /></label>
      <label>Or its URL<input name="url" type="url" maxlength="2048" /></label>
      <label>Name <small>with a definition: its title, if left empty</small><input name="name" maxlength="50" /></label>
      <label>Version <small>the definition’s, if left empty</small><input name="version" maxlength="30" /></label>
      <label>Context <small>such as /pizza</small><input name="context" required maxlength="80" /></label>
      <label
        >Endpoint <small>the definition’s first server, if left empty</small><input name="endpoint" maxlength="2048"
      /></label>
      ${select(
        'policy',
        'Policy of subscriptions',
        policies.map(it => [it, it] as const),
        'Unlimited',
      )}
      <button>Create</button>
    </form>`,
})

async function definitionText(form: Multipart): Promise<string | undefined> {
  const [file, url] = [form.get('file'), textOf(form, 'url')]
  if (file?.fileName && file.bytes.length > 0) return file.bytes.toString('utf8')
  return url === undefined ? undefined : fetchDefinition(url)
}

/** Titles have signs that names of APIs may not have. */
const nameOfTitle = (title: string) => title.replace(/[^\w.-]+/g, '').slice(0, 50)

/** Pages that make APIs: new ones, and new versions. */
export function makePages(publishing: Publishing, site: Site<Principal>): readonly Route[] {
  const {apim} = publishing
  return [
    site.page('/new', async ({session}) => {
      need(session.user, MAY.create)
      const policies = await listPolicies(apim, 'SUBSCRIPTION', session.user.tenant.id)
      return formView(
        session,
        policies.map(it => it.name),
      )
    }),
    site.upload(
      '/new',
      async ({call, session: {user}}, form) => {
        need(user, MAY.create)
        const text = await definitionText(form)
        const definition = text === undefined ? undefined : definitionIn(text)
        const url = textOf(form, 'endpoint') ?? definition?.endpoints[0]
        const given = {
          name: textOf(form, 'name') ?? nameOfTitle(definition?.title ?? ''),
          version: textOf(form, 'version') ?? (definition?.version || '1.0.0'),
          context: textOf(form, 'context') ?? '',
          policies: [textOf(form, 'policy')].filter(it => it !== undefined),
          endpointConfig:
            url === undefined ? null : {endpoint_type: 'http', production_endpoints: {url}, sandbox_endpoints: {url}},
        }
        if (given.name === '') throw badRequest('An API needs a name')
        const by = {principal: user, correlationId: call.correlationId}
        const api = definition
          ? await importDefinition(publishing, by, definition, given)
          : await createApi(
              publishing,
              by,
              toInput(checked(apiBody, given), user.tenant.domain, environmentNames(publishing)),
            )
        return pathOf(api.id)
      },
      DEFINITION_LIMIT + 64 * 1024,
    ),
    site.action('/apis/:apiId/version', async ({call, session: {user}}, form) => {
      need(user, MAY.create)
      const by = {principal: user, correlationId: call.correlationId}
      const wanted = {version: form.get('version') ?? '', isDefaultVersion: form.get('default') === 'true'}
      return pathOf((await newVersion(publishing, by, call.param('apiId'), wanted)).id)
    }),
    site.action('/apis/:apiId/state', async ({call, session: {user}}, form) => {
      need(user, MAY.publish)
      const by = {principal: user, correlationId: call.correlationId}
      const asked = {deprecateOld: form.has('deprecateOld'), resubscribe: form.has('resubscribe')}
      await moveApi(publishing, by, call.param('apiId'), form.get('action') ?? '', asked)
      return pathOf(call.param('apiId'))
    }),
  ]
}
