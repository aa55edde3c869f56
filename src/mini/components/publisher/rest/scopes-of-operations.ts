/** Where the product's REST APIs are. */
export const PUBLISHER = '/api/am/publisher/v1'
export const ADMIN = '/api/am/admin/v1'

/** Operations where other paths have an id: `/apis/export` is no API. Descriptions of carbon-apimgt v6.7.206. */
export const PUBLISHER_WORDS: readonly string[] = [
  ...['copy-api', 'change-lifecycle', 'export', 'validate', 'validate-endpoint'],
  ...['openapi', 'wsdl', 'graphql-schema'].flatMap(it => [`import-${it}`, `validate-${it}`]),
  ':apiId/documents/validate',
].map(it => `/apis/${it}`)
export const ADMIN_WORDS = [
  '/system-scopes/role-aliases',
  '/workflows/update-workflow-status',
  '/key-managers/discover',
]

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
  seeCategories: ['apim:admin', 'apim:admin_operations'],
  seeLabels: ['apim:admin', 'apim:label_read'],
  manageLabels: ['apim:admin', 'apim:label_manage'],
  exchange: ['apim:admin', 'apim:api_import_export'],
  export: ['apim:api_publish', 'apim:api_create'],
  document: ['apim:api_create', 'apim:document_create'],
  changeDocument: ['apim:api_create', 'apim:document_manage'],
  seeApplications: ['apim:admin', 'apim:app_owner_change', 'apim:app_import_export'],
  removeApplications: ['apim:admin', 'apim:app_import_export'],
  adminSettings: ['apim:admin', 'apim:admin_settings'],
  seeScopes: ['apim:admin', 'apim:scope_manage'],
  seeWorkflows: ['apim:admin', 'apim:api_workflow_view'],
  changeOwner: ['apim:admin', 'apim:app_owner_change'],
  exchangeApplications: ['apim:admin', 'apim:app_import_export'],
  tenants: ['apim:admin', 'apim:tenantInfo'],
} as const
