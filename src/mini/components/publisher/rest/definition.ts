import {z} from 'zod'
import type {Api, ApiScope} from '../../../apis/api.js'
import {openApiOf} from '../../../apis/open-api.js'
import {checked} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, Fault} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {changeApi, needApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody, toInput, type ApiBody} from './api-body.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

const METHODS = new Set(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])

const operation = z.object({
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  'x-auth-type': z.string().optional(),
  'x-throttling-tier': z.string().optional(),
})
const flow = z.object({scopes: z.record(z.string(), z.string()).optional()})
const definition = z.object({
  openapi: z.string().startsWith('3.', 'is no version 3'),
  info: z.object({}),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z
    .object({
      securitySchemes: z
        .object({default: z.object({flows: z.object({implicit: flow.optional()})}).optional()})
        .optional(),
    })
    .optional(),
})

const malformed = (description: string) =>
  new Fault(400, description, {code: 900754, message: 'Error while parsing OpenAPI definition'})

/** The definition of a call: JSON in a form's field `apiDefinition` (multipart or urlencoded, as in the product), or the body itself. */
async function readText(call: Call): Promise<string> {
  const type = call.header('content-type') ?? ''
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return (await call.form()).get('apiDefinition') ?? ''
  const bytes = await call.bytes()
  if (!/^multipart\/form-data\b/i.test(type)) return bytes.toString('utf8')
  const form = await new Response(bytes, {headers: {'content-type': type}}).formData().catch(() => {
    throw badRequest('The body is no multipart form')
  })
  if (form.has('url')) throw new Fault(501, 'mini fetches no definition from elsewhere')
  const part = form.get('apiDefinition') ?? form.get('file')
  return part === null ? '' : typeof part === 'string' ? part : part.text()
}

function parse(text: string): z.output<typeof definition> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed('The definition is not valid JSON')
  }
  return checked(definition, value)
}

/** What a definition says of an API's operations and scopes; bindings of scopes that stay are kept. */
function toBody(found: z.output<typeof definition>, api: Api): ApiBody {
  const operations = Object.entries(found.paths).flatMap(([target, methods]) =>
    Object.entries(methods).flatMap(([method, value]) => {
      if (!METHODS.has(method.toLowerCase())) return []
      const one = checked(operation, value)
      return [
        {
          target,
          verb: method,
          ...(one['x-auth-type'] !== undefined && {authType: one['x-auth-type']}),
          ...(one['x-throttling-tier'] !== undefined && {throttlingPolicy: one['x-throttling-tier']}),
          scopes: [...new Set((one.security ?? []).flatMap(it => Object.values(it).flat()))],
        },
      ]
    }),
  )
  if (operations.length === 0) throw new Fault(404, 'API must have at least one resource defined', {code: 900763})
  const described = found.components?.securitySchemes?.default?.flows.implicit?.scopes ?? {}
  const known = new Map(api.scopes.map(it => [it.scope.name, it]))
  const names = [...new Set([...Object.keys(described), ...operations.flatMap(it => it.scopes)])]
  const scopes = names.map((name): ApiScope => {
    const before = known.get(name)
    const scope = {
      bindings: [],
      ...before?.scope,
      name,
      description: described[name] ?? before?.scope.description ?? '',
    }
    return {scope, shared: before?.shared ?? false}
  })
  return checked(apiBody, {...api, operations, scopes})
}

/** An API's OpenAPI document. */
export function definitionRoutes(publishing: Publishing): readonly Route[] {
  const {guard, environments} = publishing
  const names = [...new Set(environments.map(it => it.name))]
  const path = `${PUBLISHER}/apis/:apiId/swagger`
  return [
    route.get(path, async call => {
      const principal = await guard.principal(call, MAY.read)
      return json(openApiOf((await needApi(publishing, principal, call.param('apiId'))).api))
    }),
    route.put(path, async call => {
      const principal = await guard.principal(call, MAY.create)
      await needApi(publishing, principal, call.param('apiId'))
      const found = parse(await readText(call))
      const by = {principal, correlationId: call.correlationId}
      const api = await changeApi(publishing, by, call.param('apiId'), before =>
        toInput(toBody(found, before), principal.tenant.domain, names, before),
      )
      return json(openApiOf(api))
    }),
  ]
}
