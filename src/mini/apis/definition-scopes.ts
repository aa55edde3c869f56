import {commaList} from '../comma-list.js'
import type {ApiScope} from './api.js'
import {isObject} from './open-api.js'

type Json = Readonly<Record<string, unknown>>

/** What a definition of version 2 or 3 says of scopes. */
export interface DefinitionScopes {
  /** The scopes that an operation asks for. */
  readonly of: (operation: Json) => readonly string[]
  /** A scope by its name, with what is said of it. */
  readonly described: (name: string) => Pick<ApiScope['scope'], 'name' | 'description' | 'bindings'>
  /** Names of the scopes that are described. */
  readonly names: readonly string[]
}

/** The security scheme in which the product keeps an API's scopes. */
const DEFAULT = 'default'
const FLOWS = ['implicit', 'authorizationCode', 'clientCredentials', 'password'] as const

const at = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined)
const objectAt = (value: unknown, key: string): Json => {
  const found = at(value, key)
  return isObject(found) ? found : {}
}
const listAt = (value: unknown, key: string): readonly unknown[] => {
  const found = at(value, key)
  return Array.isArray(found) ? (found as unknown[]) : []
}
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/** Scopes as definitions of API Manager 2 have them: SWAGGER_X_WSO2_SECURITY of APIConstants. */
const legacyScopes = (document: Json): readonly Json[] =>
  listAt(objectAt(objectAt(document, 'x-wso2-security'), 'apim'), 'x-wso2-scopes').filter(isObject)

/**
 * Reads the scopes of a definition: those of its scheme `default`; where it has none, those of all its schemes of type `oauth2`
 * (processOtherSchemeScopes of OAS2Parser.java and OAS3Parser.java, carbon-apimgt v6.7.206), and those that API Manager 2 wrote.
 */
export function readScopes(document: Json): DefinitionScopes {
  const isTwo = document.swagger !== undefined
  const schemes = isTwo
    ? objectAt(document, 'securityDefinitions')
    : objectAt(objectAt(document, 'components'), 'securitySchemes')
  const used = Object.hasOwn(schemes, DEFAULT)
    ? [DEFAULT]
    : Object.keys(schemes).filter(name => at(schemes[name], 'type') === 'oauth2')
  const flows = used.flatMap(name =>
    isTwo ? [objectAt(schemes, name)] : FLOWS.map(flow => objectAt(objectAt(schemes[name], 'flows'), flow)),
  )
  const legacy = legacyScopes(document)
  const all = (key: string, ofLegacy: string): Json =>
    Object.assign(
      Object.fromEntries(legacy.map(it => [text(it.key), it[ofLegacy]])),
      ...flows.map(flow => objectAt(flow, key)),
    ) as Json
  const [descriptions, bindings] = [all('scopes', 'description'), all('x-scopes-bindings', 'roles')]
  return {
    of: operation => {
      const asked = Array.isArray(operation.security)
        ? listAt(operation, 'security').flatMap(it => used.flatMap(name => listAt(it, name)))
        : [operation['x-scope']]
      return [...new Set(asked.filter(it => typeof it === 'string' && it !== '') as readonly string[])]
    },
    described: name => ({name, description: text(descriptions[name]), bindings: commaList(text(bindings[name]))}),
    names: Object.keys(descriptions),
  }
}
