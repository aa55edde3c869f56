import type {Api} from '../../../apis/api.js'
import {withoutPasswords} from './endpoints.js'

/** As java.sql.Timestamp writes it: `2026-11-29 20:15:00.123`. */
const timestamp = (ms: string) => new Date(Number(ms)).toISOString().replace('T', ' ').replace('Z', '')

/** APIInfoDTO. */
export const toInfo = (api: Api) => ({
  id: api.id,
  name: api.name,
  description: api.description ?? null,
  context: api.context,
  version: api.version,
  provider: api.provider,
  type: api.type,
  lifeCycleStatus: api.lifeCycleStatus,
  workflowStatus: null,
  hasThumbnail: api.hasThumbnail === true,
  securityScheme: api.securityScheme,
})

/** No operation is in an API product, or a function of AWS Lambda. */
const NO_PRODUCT_OR_FUNCTION = {usedProductIds: [], amznResourceName: null, amznResourceTimeout: null}

/** APIDTO: what mini does not have says so with the product's default. */
export const toDto = ({graphQLSchema: _, ...api}: Api) => ({
  ...withoutPasswords(api),
  description: api.description ?? null,
  createdTime: timestamp(api.createdTime),
  lastUpdatedTime: timestamp(api.lastUpdatedTime),
  wsdlInfo: null,
  hasThumbnail: api.hasThumbnail === true,
  workflowStatus: null,
  mediationPolicies: [],
  deploymentEnvironments: [],
  threatProtectionPolicies: null,
  operations: api.operations.map(it => ({...it, ...NO_PRODUCT_OR_FUNCTION})),
  scopes: api.scopes.map(({scope, shared}) => ({scope: {id: null, ...scope, usageCount: null}, shared})),
  endpointImplementationType: 'ENDPOINT',
})
