/** Scopes that the administrator has alone, by RESTAPIScopes of tenant-conf.json, carbon-apimgt v6.7.206. */
const ADMIN_ONLY =
  'apim:tier_manage apim:bl_view apim:bl_manage apim:api_workflow_view apim:api_workflow_approve apim:admin apim:app_owner_change ' +
  'apim:label_manage apim:label_read apim:admin_settings apim_analytics:admin apim_analytics:monitoring_dashboard:own ' +
  'apim_analytics:monitoring_dashboard:edit apim_analytics:business_analytics:own apim_analytics:business_analytics:edit ' +
  'apim_analytics:api_analytics:own apim_analytics:api_analytics:edit apim_analytics:application_analytics:own ' +
  'apim_analytics:application_analytics:edit apim:tenantInfo apim:tenant_theme_manage apim:admin_operations ' +
  'apim:shared_scope_manage apim:admin_alert_manage apim:bot_data apim:scope_manage'

/** Of 4.x, likewise: tenant-conf.json of product-apim v4.4.0. */
const ADMIN_ONLY_4 =
  'apim:api_manage apim:admin_tier_view apim:admin_tier_manage apim:api_category apim:keymanagers_manage'

/** Of the key manager's own API: it opens the introspection endpoint. */
const KEY_MANAGER_ONLY = 'internal_application_mgt_view'

/** Internal roles, and the scopes that they have beside the administrator: the same source. */
const SHARED: readonly (readonly [roles: string, scopes: string])[] = [
  ['publisher', 'apim:api_publish apim:subscription_block apim:monetization_usage_publish'],
  [
    'creator',
    'apim:api_create apim:api_delete apim:mediation_policy_view apim:mediation_policy_create apim:mediation_policy_manage ' +
      'apim:ep_certificates_update apim:ep_certificates_add apim:ep_certificates_view apim:client_certificates_update ' +
      'apim:client_certificates_add apim:client_certificates_view apim:threat_protection_policy_manage ' +
      'apim:threat_protection_policy_create apim:pub_alert_manage',
  ],
  ['publisher creator analytics', 'apim:api_view'],
  // Of 4.x: tenant-conf.json of product-apim v4.4.0.
  ['publisher', 'apim:subscription_manage'],
  ['creator publisher', 'service_catalog:service_view'],
  ['creator', 'service_catalog:service_write'],
  [
    'publisher creator',
    'apim:tier_view apim:subscription_view apim:document_create apim:document_manage apim:publisher_settings ' +
      'apim_analytics:api_analytics:view',
  ],
  [
    'subscriber',
    'apim:subscribe apim:app_update apim:store_settings apim:api_key apim:sub_alert_manage apim_analytics:application_analytics:view',
  ],
  ['subscriber devops', 'apim:app_manage apim:sub_manage'],
  ['devops', 'apim:app_import_export apim:api_import_export apim:api_product_import_export'],
  ['analytics', 'apim_analytics:monitoring_dashboard:view apim_analytics:business_analytics:view'],
]

const entries = (scopes: string, roles: readonly string[]) =>
  scopes.split(' ').map((scope): [string, readonly string[]] => [scope, ['admin', ...roles]])

/** The scopes of the REST APIs, and the roles that have them. */
export const REST_SCOPES: ReadonlyMap<string, readonly string[]> = new Map([
  ...entries(`${ADMIN_ONLY} ${ADMIN_ONLY_4} ${KEY_MANAGER_ONLY}`, []),
  ...SHARED.flatMap(([roles, scopes]) =>
    entries(
      scopes,
      roles.split(' ').map(role => `Internal/${role}`),
    ),
  ),
])
