import type {Definition} from '../../../apis/read-definition.js'
import {BadDefinition, readDefinition} from '../../../apis/read-definition.js'
import {setDefinition} from '../../../apis/api-files.js'
import type {Api} from '../../../apis/api.js'
import {checked, parsedJson} from '../../../http/body.js'
import {badRequest, Fault} from '../../../http/fault.js'
import {get} from '../../../http/get.js'
import {multipartOf, textOf, type Multipart} from '../../../http/multipart.js'
import {json, route, type Route} from '../../../http/router.js'
import {reasonOf} from '../../../failure.js'
import {nameOf} from '../../../oauth/guard.js'
import {createApi, type Author, type CreateOptions} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody, toInput} from './api-body.js'
import {toDto} from './api-dto.js'
import {fromV4} from './api-v4.js'
import {definitionIn, resourcesIn} from './definition-body.js'
import {environmentNames} from './environment-names.js'
import {fetchDefinition} from './fetch-definition.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** The definition of a form: the file, or what its URL answers. Throws a Fault 400 for both or neither, as the product does. */
async function definitionText(form: Multipart): Promise<string> {
  const [file, url] = [form.get('file'), textOf(form, 'url')]
  if (file && url !== undefined) throw badRequest("Only one of 'file' and 'url' should be specified")
  if (file) return file.bytes.toString('utf8')
  if (url === undefined) throw badRequest("Either 'file' or 'url' should be specified")
  return fetchDefinition(url)
}

/** Makes an API of a definition; `given` says what the definition does not. Throws Faults. */
export async function importDefinition(
  publishing: Publishing,
  author: Author,
  definition: Definition,
  given: Readonly<Record<string, unknown>>,
  rows?: CreateOptions['rows'],
): Promise<Api> {
  const {description} = definition
  const body = checked(apiBody, {...(description && {description}), ...given, ...resourcesIn(definition)})
  const input = toInput(body, author.principal.tenant.domain, environmentNames(publishing))
  return createApi(publishing, author, input, {
    beside: (within, stored) => setDefinition(within, stored, definition.document, nameOf(author.principal)),
    ...(rows && {rows}),
  })
}

/** What a form says of an API beside its definition, as v1 has it. Throws a Fault 400, or 501 for what mini does not do. */
export function propertiesIn(
  {face}: Pick<Publishing, 'face'>,
  text: string | undefined,
): Readonly<Record<string, unknown>> {
  const otherwise = 'additionalProperties: is no JSON object'
  const value = parsedJson(text, otherwise)
  if (typeof value !== 'object' || value === null) throw badRequest(otherwise)
  const given = value as Record<string, unknown>
  return face === '4' ? (fromV4(given) as typeof given) : given
}

/** OpenAPIDefinitionValidationResponseDTO. */
function validated(text: string, withContent: boolean): unknown {
  try {
    const {title: name, version, context, description, openApiVersion, endpoints, document} = readDefinition(text)
    const info = {name, version, context, description, openAPIVersion: openApiVersion, endpoints}
    return {isValid: true, content: withContent ? JSON.stringify(document) : null, info, errors: []}
  } catch (error) {
    if (!(error instanceof BadDefinition)) throw error
    const problem = {code: '900754', message: 'Error while parsing OpenAPI definition', description: error.message}
    return {isValid: false, content: null, info: null, errors: [problem]}
  }
}

/** APIs of definitions, and whether a definition or an endpoint is any good. */
export function importRoutes(publishing: Publishing): readonly Route[] {
  const {guard} = publishing
  return [
    route.post(`${PUBLISHER}/apis/validate-openapi`, async call => {
      await guard.principal(call, MAY.create)
      const text = await definitionText(await multipartOf(call))
      return json(validated(text, call.query.get('returnContent') === 'true'))
    }),
    route.post(`${PUBLISHER}/apis/import-openapi`, async call => {
      const principal = await guard.principal(call, MAY.create)
      const form = await multipartOf(call)
      const definition = definitionIn(await definitionText(form))
      const by = {principal, correlationId: call.correlationId}
      const api = await importDefinition(
        publishing,
        by,
        definition,
        propertiesIn(publishing, textOf(form, 'additionalProperties')),
      )
      return {...json(toDto(api), 201), headers: {location: `${PUBLISHER}/apis/${api.id}`}}
    }),
    route.post(`${PUBLISHER}/apis/validate-endpoint`, async call => {
      await guard.principal(call, MAY.create)
      const url = call.query.get('endpointUrl') ?? ''
      if (url === '') throw badRequest('endpointUrl: is missing')
      if (!URL.canParse(url)) throw new Fault(400, 'endpointUrl: is no URL')
      const answer = await get(url, {method: 'HEAD'}).catch((error: unknown) => reasonOf(error))
      return json(
        typeof answer === 'string'
          ? {statusCode: 0, statusMessage: '', error: answer}
          : {statusCode: answer.status, statusMessage: answer.statusText, error: null},
      )
    }),
  ]
}
