import type {Api, ApiScope} from '../../../apis/api.js'
import {sharedScopes} from '../api-checks.js'
import type {Author} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import type {ApiBody} from '../rest/api-body.js'

const namesIn = ({operations, scopes}: Pick<ApiBody, 'operations' | 'scopes'>): readonly string[] => [
  ...(scopes ?? []).map(it => it.scope.name),
  ...(operations ?? []).flatMap(it => it.scopes ?? []),
]

/** The shared scopes that a body names and its API does not have yet, as the key manager has them. Throws a Fault 503. */
export async function newShared(
  publishing: Publishing,
  {principal, correlationId}: Author,
  api: Api,
  body: ApiBody,
): Promise<readonly ApiScope[]> {
  const {tenant} = principal
  const shared = await sharedScopes(publishing, tenant.id)
  const known = new Set(api.scopes.map(it => it.scope.name))
  const wanted = [...new Set(namesIn(body))].filter(it => shared.has(it) && !known.has(it))
  const found = await Promise.all(
    wanted.map(it => publishing.scopes.find(it, {tenantDomain: tenant.domain, correlationId})),
  )
  return found.flatMap(it => (it ? [{scope: it, shared: true}] : []))
}

/** A body with these scopes, as users of the product's own page attach them: whole, by their names. */
export const withScopes = (body: ApiBody, added: readonly ApiScope[]): ApiBody => ({
  ...body,
  scopes: [
    ...(body.scopes ?? []).filter(it => !added.some(({scope}) => scope.name === it.scope.name)),
    ...added.map(({scope, shared}) => ({shared, scope: {...scope, bindings: [...scope.bindings]}})),
  ],
})
