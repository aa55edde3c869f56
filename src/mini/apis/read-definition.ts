import {parse as parseYaml} from 'yaml'
import type {ApiScope} from './api.js'
import {readScopes, type DefinitionScopes} from './definition-scopes.js'
import {isObject, METHODS} from './open-api.js'

type Json = Readonly<Record<string, unknown>>

/** A definition of version 2 or 3, and what it says of an API. */
export interface Definition {
  readonly document: Json
  /** `v2` or `v3`, as in the product's answers. */
  readonly openApiVersion: 'v2' | 'v3'
  readonly title: string
  readonly version: string
  readonly description: string | null
  /** The base of the first server that is a path or a URL; null without one. */
  readonly context: string | null
  readonly endpoints: readonly string[]
  readonly operations: readonly DefinedOperation[]
  /** Scopes by their names: those that are described, and those that operations ask for. */
  readonly scopes: readonly Pick<ApiScope['scope'], 'name' | 'description' | 'bindings'>[]
}

interface DefinedOperation {
  readonly target: string
  readonly verb: string
  readonly authType?: string
  readonly throttlingPolicy?: string
  readonly scopes: readonly string[]
}

/** What is wrong with a definition, in words. */
export class BadDefinition extends Error {
  override readonly name = 'BadDefinition'
}

const fail = (why: string): never => {
  throw new BadDefinition(why)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // YAML, then; aliases that would grow beyond measure are refused by the parser.
  }
  try {
    return parseYaml(text, {maxAliasCount: 50}) as unknown
  } catch {
    return fail('The definition is neither valid JSON nor valid YAML')
  }
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

function serversOf(document: Json): readonly string[] {
  if (document.swagger === undefined) {
    const servers = Array.isArray(document.servers) ? (document.servers as unknown[]) : []
    return servers.flatMap(it => (isObject(it) && typeof it.url === 'string' ? [it.url] : []))
  }
  const {host, basePath, schemes} = document
  if (typeof host !== 'string' || host === '') return typeof basePath === 'string' ? [basePath] : []
  const first = Array.isArray(schemes) && typeof schemes[0] === 'string' ? schemes[0] : 'https'
  return [`${first}://${host}${text(basePath)}`]
}

function operationsOf(paths: Json, scopes: DefinitionScopes): readonly DefinedOperation[] {
  return Object.entries(paths).flatMap(([target, methods]) => {
    if (!isObject(methods)) return fail(`paths.${target.slice(0, 200)}: is no object`)
    return Object.entries(methods).flatMap(([method, value]) => {
      if (!METHODS.has(method.toLowerCase())) return []
      if (!isObject(value)) return fail(`paths.${target.slice(0, 200)}.${method}: is no object`)
      const {'x-auth-type': authType, 'x-throttling-tier': policy} = value
      return [
        {
          target,
          verb: method.toUpperCase(),
          ...(typeof authType === 'string' && {authType}),
          ...(typeof policy === 'string' && {throttlingPolicy: policy}),
          scopes: scopes.of(value),
        },
      ]
    })
  })
}

/** A server's path, where it is one that an API can have. */
function contextOf([first]: readonly string[]): string | null {
  if (first === undefined) return null
  const path = first.startsWith('/') ? first : URL.canParse(first) ? new URL(first).pathname : ''
  const trimmed = path.replace(/\/+$/, '')
  return trimmed === '' ? null : trimmed
}

/** Reads a definition: OpenAPI 3 or Swagger 2, JSON or YAML. Throws BadDefinition. */
export function readDefinition(given: string): Definition {
  const document = parse(given)
  if (!isObject(document)) return fail('The definition is no object')
  const {openapi, swagger, info, paths} = document
  const isTwo = openapi === undefined
  if (isTwo && text(swagger) !== '2.0') return fail('swagger: is no version 2.0, and there is no openapi')
  if (!isTwo && !text(openapi).startsWith('3.0')) return fail('openapi: is no version 3.0')
  if (!isObject(info)) return fail('attribute info is missing')
  if (!isObject(paths)) return fail('attribute paths is missing')
  const scopes = readScopes(document)
  const operations = operationsOf(paths, scopes)
  const names = [...new Set([...scopes.names, ...operations.flatMap(it => it.scopes)])]
  const servers = serversOf(document)
  return {
    document: isTwo ? {...document, swagger: '2.0'} : document,
    openApiVersion: isTwo ? 'v2' : 'v3',
    title: text(info.title),
    version: text(info.version),
    description: text(info.description) || null,
    context: contextOf(servers),
    endpoints: servers.filter(it => /^(https?|wss?):\/\//.test(it)),
    operations,
    scopes: names.map(scopes.described),
  }
}
