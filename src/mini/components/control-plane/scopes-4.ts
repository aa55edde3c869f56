import {ADMIN, PUBLISHER} from '../publisher/rest/scopes-of-operations.js'
import {BASE as STORE} from '../devportal/portal.js'

type Rule = readonly [operations: RegExp, scopes: readonly string[]]

const rule = (methods: string, paths: string, ...scopes: string[]): Rule => [
  new RegExp(`^(${methods}) (${paths})$`),
  scopes.map(it => `apim:${it}`),
]

const MANAGED = 'apis|search|api-products|roles|me|tenants|api-categories|key-managers|scopes/:\\w+/usage'
const API = `${PUBLISHER}/apis/:\\w+`

/**
 * What opens operations in 4.x beside the scopes of 3.2.0: publisher-api.yaml v4 and devportal-api.yaml v3 of product-apim v4.4.0; for
 * administrators the table of scopes in 4.4.0's documentation, and its tenant-conf.json.
 */
const RULES: readonly Rule[] = [
  rule('\\w+', `${PUBLISHER}/(${MANAGED})(/.*)?`, 'api_manage'),
  rule('GET|HEAD', `${PUBLISHER}/scopes(/.*)?`, 'shared_scope_manage'),
  // HEAD, which asks for this one, goes by the route of GET.
  rule('GET|HEAD', `${PUBLISHER}/scopes/:\\w+`, 'api_manage'),
  rule('GET', `${API}/(lifecycle-(history|state)|monetization)`, 'api_view'),
  rule('GET', `${PUBLISHER}/apis/export`, 'api_view', 'api_import_export'),
  rule('GET', `${API}/(revisions(/:\\w+)?|deployments)`, 'api_create', 'api_publish'),
  rule('POST|DELETE', `${API}/revisions(/:\\w+)?`, 'api_import_export'),
  rule('POST', `${API}/undeploy-revision`, 'api_import_export'),
  rule('\\w+', `${API}/documents(/.*)?`, 'document_manage'),
  rule('GET', `${PUBLISHER}/subscriptions(/.*)?`, 'api_view', 'subscription_manage'),
  rule('POST', `${PUBLISHER}/subscriptions/(un)?block-subscription`, 'subscription_manage'),
  rule('GET', `${PUBLISHER}/throttling-policies/.*`, 'tier_view', 'tier_manage'),
  rule('GET', `${PUBLISHER}/(settings|key-managers)`, 'api_view'),
  rule('DELETE', `${STORE}/apis/:\\w+/comments/:\\w+`, 'admin'),
  rule('GET', `${ADMIN}/throttling/policies/.*`, 'admin_tier_view'),
  rule('POST|PUT|DELETE', `${ADMIN}/throttling/policies/.*`, 'admin_tier_manage'),
  rule('\\w+', `${ADMIN}/api-categories(/.*)?`, 'api_category'),
  rule('\\w+', `${ADMIN}/key-managers(/.*)?`, 'keymanagers_manage'),
]

/** The scopes that open an operation in 4.x beside 3.2.0's; the operation as its route has it, `GET /api/am/publisher/v1/apis`. */
export const scopes4 = (operation: string): readonly string[] =>
  RULES.flatMap(([operations, scopes]) => (operations.test(operation) ? scopes : []))
