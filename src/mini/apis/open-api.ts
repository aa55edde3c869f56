import type {Api} from './api.js'

const parametersOf = (target: string) =>
  [...target.matchAll(/\{([^}]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: {type: 'string'},
  }))

/** The OpenAPI 3 document of an API, with the extensions by which the product keeps security and policies in it. */
export function openApiOf(api: Api, servers: readonly string[] = []): unknown {
  const paths: Record<string, Record<string, unknown>> = {}
  // Of a GraphQL API all operations are behind one resource.
  if (api.type === 'GRAPHQL') paths['/*'] = {post: {responses: {200: {description: 'OK'}}, security: [{default: []}]}}
  for (const {target, verb, authType, throttlingPolicy, scopes} of api.type === 'GRAPHQL' ? [] : api.operations) {
    const operations = (paths[target] ??= {})
    operations[verb.toLowerCase()] = {
      parameters: parametersOf(target),
      responses: {200: {description: 'OK'}},
      ...(authType !== 'None' && {security: [{default: scopes}]}),
      'x-auth-type': authType,
      'x-throttling-tier': throttlingPolicy,
    }
  }
  const scopes = Object.fromEntries(api.scopes.map(({scope}) => [scope.name, scope.description ?? '']))
  return {
    openapi: '3.0.1',
    info: {title: api.name, version: api.version, ...(api.description && {description: api.description})},
    servers: servers.map(url => ({url})),
    security: [{default: []}],
    paths,
    components: {
      securitySchemes: {
        default: {type: 'oauth2', flows: {implicit: {authorizationUrl: 'https://test.com', scopes}}},
      },
    },
  }
}
