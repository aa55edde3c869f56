/** Where the product's REST APIs are. */
export const PUBLISHER = '/api/am/publisher/v1'
export const ADMIN = '/api/am/admin/v1'

/** Scopes by what they allow: publisher-api.yaml and admin-api.yaml v1 of carbon-apimgt v6.7.206. */
export const MAY = {
  view: ['apim:api_view', 'apim:api_import_export', 'apim:api_product_import_export'],
  read: ['apim:api_view'],
  create: ['apim:api_create'],
  change: ['apim:api_create', 'apim:api_publish'],
  remove: ['apim:api_delete', 'apim:api_import_export'],
  publish: ['apim:api_publish', 'apim:api_import_export'],
  seeHistory: ['apim:api_publish'],
  seeSubscriptions: ['apim:subscription_view'],
  block: ['apim:subscription_block'],
  shareScopes: ['apim:shared_scope_manage'],
  settings: ['apim:publisher_settings'],
  seePolicies: ['apim:admin', 'apim:tier_view'],
  managePolicies: ['apim:admin', 'apim:tier_manage'],
  seeBlocks: ['apim:admin', 'apim:bl_view'],
  manageBlocks: ['apim:admin', 'apim:bl_manage'],
  tenants: ['apim:admin', 'apim:tenantInfo'],
} as const
