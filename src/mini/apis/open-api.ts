import type {Api, Operation} from './api.js'

type Json = Readonly<Record<string, unknown>>

/** Keys of a path that are operations. */
export const METHODS: ReadonlySet<string> = new Set(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectAt = (value: Json | undefined, ...path: readonly string[]): Json => {
  const found = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value)
  return isObject(found) ? found : {}
}

const parametersOf = (target: string, isTwo: boolean) =>
  [...target.matchAll(/\{([^}]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    ...(isTwo ? {type: 'string'} : {schema: {type: 'string'}}),
  }))

/** The security that an operation had before, without the part that is mini's to say. */
const otherSecurity = (before: Json): readonly unknown[] =>
  Array.isArray(before.security)
    ? (before.security as unknown[]).filter(it => isObject(it) && Object.keys(it).some(key => key !== 'default'))
    : []

const withoutSecurity = ({security: _, ...rest}: Json): Json => rest

function toOperation(before: Json | undefined, operation: Operation, isTwo: boolean): Json {
  const {target, authType, throttlingPolicy, scopes} = operation
  const base = before ?? {parameters: parametersOf(target, isTwo), responses: {200: {description: 'OK'}}}
  const security = [...(authType === 'None' ? [] : [{default: scopes}]), ...otherSecurity(before ?? {})]
  return {
    ...withoutSecurity(base),
    ...(security.length > 0 && {security}),
    'x-auth-type': authType,
    'x-throttling-tier': throttlingPolicy,
  }
}

/** The paths of a definition with the operations that an API has now; what else a path says stays. */
function pathsOf(api: Api, given: Json | undefined, isTwo: boolean): Json {
  // Of a GraphQL API all operations are behind one resource.
  if (api.type === 'GRAPHQL') return {'/*': {post: {responses: {200: {description: 'OK'}}, security: [{default: []}]}}}
  const before = objectAt(given, 'paths')
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of api.operations) {
    const {target} = operation
    const path = objectAt(before, target)
    paths[target] ??= Object.fromEntries(Object.entries(path).filter(([key]) => !METHODS.has(key.toLowerCase())))
    const verb = operation.verb.toLowerCase()
    const old = Object.entries(path).find(([key]) => key.toLowerCase() === verb)?.[1]
    paths[target][verb] = toOperation(isObject(old) ? old : undefined, operation, isTwo)
  }
  return paths
}

const scopesOf = (api: Api) => Object.fromEntries(api.scopes.map(({scope}) => [scope.name, scope.description ?? '']))

/** Who may have each scope: the product keeps it in the definition. */
const bindingsOf = (api: Api) => Object.fromEntries(api.scopes.map(({scope}) => [scope.name, scope.bindings.join(',')]))

const AUTHORIZATION = 'https://test.com'

interface Options {
  /** Where gateways serve the API; those of the definition without it. */
  readonly servers?: readonly string[]
  /** The definition that was given for the API, of version 2 or 3. */
  readonly given?: Json | undefined
  /** For publishers: which roles may have a scope. */
  readonly bindings?: boolean
}

function versionTwo(api: Api, {servers, given, bindings}: Options): Json {
  const [first] = servers ?? []
  const url = first === undefined ? undefined : new URL(first)
  return {
    ...given,
    ...(url && {
      host: url.host,
      basePath: url.pathname,
      schemes: [...new Set((servers ?? []).map(it => new URL(it).protocol.replace(':', '')))],
    }),
    security: [{default: []}],
    paths: pathsOf(api, given, true),
    securityDefinitions: {
      ...objectAt(given, 'securityDefinitions'),
      default: {
        type: 'oauth2',
        authorizationUrl: AUTHORIZATION,
        flow: 'implicit',
        scopes: scopesOf(api),
        ...(bindings && api.scopes.length > 0 && {'x-scopes-bindings': bindingsOf(api)}),
      },
    },
  }
}

function versionThree(api: Api, {servers, given, bindings}: Options): Json {
  const {name: title, version, description} = api
  const implicit = {
    authorizationUrl: AUTHORIZATION,
    scopes: scopesOf(api),
    ...(bindings && api.scopes.length > 0 && {'x-scopes-bindings': bindingsOf(api)}),
  }
  return {
    openapi: '3.0.1',
    info: {title, version, ...(description && {description})},
    ...(!given && {servers: []}),
    ...given,
    ...(servers && {servers: servers.map(url => ({url}))}),
    security: [{default: []}],
    paths: pathsOf(api, given, false),
    components: {
      ...objectAt(given, 'components'),
      securitySchemes: {
        ...objectAt(given, 'components', 'securitySchemes'),
        default: {type: 'oauth2', flows: {implicit}},
      },
    },
  }
}

/**
 * The definition of an API: all that was given for it, with its operations, scopes and policies as they are now, by the extensions by
 * which the product keeps them in it (OAS2Parser and OAS3Parser of carbon-apimgt v6.7.206).
 */
export const openApiOf = (api: Api, options: Options = {}): Json =>
  options.given?.swagger === '2.0' ? versionTwo(api, options) : versionThree(api, options)
