import {definitionOf, setDefinition} from '../../../apis/api-files.js'
import type {StoredApi} from '../../../apis/api-store.js'
import type {Api} from '../../../apis/api.js'
import {openApiOf} from '../../../apis/open-api.js'
import {checked} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {multipartOf, textOf} from '../../../http/multipart.js'
import {json, route, type Route} from '../../../http/router.js'
import {nameOf} from '../../../oauth/guard.js'
import {changeApi, needApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody, toInput} from './api-body.js'
import {definitionIn, resourcesIn} from './definition-body.js'
import {environmentNames} from './environment-names.js'
import {fetchDefinition} from './fetch-definition.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** The definition of a call: JSON or YAML in a form's field `apiDefinition`, `file` or, to be fetched, `url`; or the body itself. */
async function readText(call: Call): Promise<string> {
  const type = call.header('content-type') ?? ''
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return (await call.form()).get('apiDefinition') ?? ''
  if (!/^multipart\/form-data\b/i.test(type)) return (await call.bytes()).toString('utf8')
  const form = await multipartOf(call)
  const url = textOf(form, 'url')
  return textOf(form, 'apiDefinition') ?? textOf(form, 'file') ?? (url === undefined ? '' : fetchDefinition(url))
}

/** An API's definition as publishers see it. */
export const publishedDefinition = async ({shared}: Pick<Publishing, 'shared'>, stored: StoredApi) =>
  openApiOf(stored.api, {given: await definitionOf(shared, stored), bindings: true})

/** An API's OpenAPI document. */
export function definitionRoutes(publishing: Publishing): readonly Route[] {
  const {guard} = publishing
  const path = `${PUBLISHER}/apis/:apiId/swagger`
  return [
    route.get(path, async call => {
      const principal = await guard.principal(call, MAY.read)
      return json(await publishedDefinition(publishing, await needApi(publishing, principal, call.param('apiId'))))
    }),
    route.put(path, async call => {
      const principal = await guard.principal(call, MAY.create)
      await needApi(publishing, principal, call.param('apiId'))
      const found = definitionIn(await readText(call))
      const by = {principal, correlationId: call.correlationId}
      const read = (before: Api) =>
        toInput(
          checked(apiBody, {...before, ...resourcesIn(found, before)}),
          principal.tenant.domain,
          environmentNames(publishing),
          before,
        )
      const api = await changeApi(publishing, by, call.param('apiId'), read, (within, stored) =>
        setDefinition(within, stored, found.document, nameOf(principal)),
      )
      return json(openApiOf(api, {given: found.document, bindings: true}))
    }),
  ]
}
