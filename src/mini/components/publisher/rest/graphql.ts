import type {Api} from '../../../apis/api.js'
import {readGraph, type GraphOperation} from '../../../apis/graphql.js'
import {checked} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, notFound} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {changeApi, createApi, needApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody, toInput} from './api-body.js'
import {toDto} from './api-dto.js'
import {propertiesIn} from './imports.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** The operations of an API's schema; none where it has no schema. */
export const graphOf = async ({graphQLSchema}: Pick<Api, 'graphQLSchema'>): Promise<readonly GraphOperation[]> =>
  graphQLSchema === undefined ? [] : (await readGraph(graphQLSchema)).operations

/** A field of a multipart form as text; undefined where it is not there. Throws a Fault 400 for a body that is none. */
async function formOf(call: Call): Promise<(field: string) => Promise<string | undefined>> {
  const type = call.header('content-type') ?? ''
  const bytes = await call.bytes()
  const form = await new Response(bytes, {headers: {'content-type': type}}).formData().catch(() => {
    throw badRequest('The body is no multipart form')
  })
  return async field => {
    const part = form.get(field)
    return part === null ? undefined : typeof part === 'string' ? part : part.text()
  }
}

/** What a definition says, or why it is none. */
async function validate(
  definition: string,
): Promise<{readonly operations: readonly GraphOperation[]} | {readonly error: string}> {
  try {
    return {operations: (await readGraph(definition)).operations}
  } catch (error) {
    return {error: error instanceof Error ? error.message : String(error)}
  }
}

/** The schema in a form's field. Throws a Fault 400 where there is none, or it is none. */
async function schemaIn(field: (name: string) => Promise<string | undefined>, name: string) {
  const definition = await field(name)
  if (definition === undefined || definition.trim() === '') throw badRequest(`${name}: has no schema`)
  const found = await validate(definition)
  if ('error' in found) throw badRequest(`${name}: is no GraphQL schema: ${found.error}`)
  return {definition, graph: found.operations}
}

/** GraphQL APIs: ApisApiServiceImpl of carbon-apimgt v6.7.206. */
export function graphqlRoutes(publishing: Publishing): readonly Route[] {
  const {guard, environments} = publishing
  const names = [...new Set(environments.map(it => it.name))]
  const path = `${PUBLISHER}/apis/:apiId/graphql-schema`
  return [
    route.post(`${PUBLISHER}/apis/validate-graphql-schema`, async call => {
      await guard.principal(call, MAY.create)
      const definition = await (await formOf(call))('file')
      if (definition === undefined) throw badRequest('file: is missing')
      const found = await validate(definition)
      if ('error' in found) return json({isValid: false, errorMessage: found.error, graphQLInfo: null})
      const graphQLInfo = {operations: found.operations, graphQLSchema: {schemaDefinition: definition}}
      return json({isValid: true, errorMessage: '', graphQLInfo})
    }),
    route.post(`${PUBLISHER}/apis/import-graphql-schema`, async call => {
      const principal = await guard.principal(call, MAY.create)
      const field = await formOf(call)
      const {definition, graph} = await schemaIn(field, 'file')
      const given = propertiesIn(publishing, await field('additionalProperties'))
      const body = checked(apiBody, {...given, type: 'GRAPHQL'})
      const before = {operations: [], graphQLSchema: definition, graph}
      const by = {principal, correlationId: call.correlationId}
      const api = await createApi(publishing, by, toInput(body, principal.tenant.domain, names, before))
      return {...json(toDto(api), 201), headers: {location: `${PUBLISHER}/apis/${api.id}`}}
    }),
    route.get(path, async call => {
      const {api} = await needApi(publishing, await guard.principal(call, MAY.read), call.param('apiId'))
      if (api.graphQLSchema === undefined) throw notFound('The API has no GraphQL schema')
      return json({name: `${api.provider}--${api.name}${api.version}.graphql`, schemaDefinition: api.graphQLSchema})
    }),
    route.put(path, async call => {
      const principal = await guard.principal(call, MAY.create)
      const id = call.param('apiId')
      const {api} = await needApi(publishing, principal, id)
      if (api.graphQLSchema === undefined) throw notFound('The API has no GraphQL schema')
      const {definition, graph} = await schemaIn(await formOf(call), 'schemaDefinition')
      const by = {principal, correlationId: call.correlationId}
      const changed = await changeApi(publishing, by, id, before => {
        // What the schema has no more goes; what is new has the product's default security.
        const has = (verb: string, target: string) => graph.some(it => it.verb === verb && it.target === target)
        const kept = before.operations.filter(it => has(it.verb, it.target))
        const added = graph.filter(it => !kept.some(old => old.verb === it.verb && old.target === it.target))
        const body = checked(apiBody, {...before, operations: [...kept, ...added]})
        return toInput(body, principal.tenant.domain, names, {...before, graphQLSchema: definition, graph})
      })
      return json(toDto(changed))
    }),
  ]
}
