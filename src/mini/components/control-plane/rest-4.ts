import type {Adaptation} from '../../http/adapted.js'
import type {Environment} from '../../config/environments.js'
import type {Pool} from 'mysql2/promise'
import {listRevisions} from '../../revisions/revision-store.js'
import {BASE as STORE} from '../devportal/portal.js'
import {ADMIN, PUBLISHER} from '../publisher/rest/scopes-of-operations.js'
import {fromV4, fromV4Of, propertiesV4, toldV4, without} from '../publisher/rest/api-v4.js'
import {scopes4} from './scopes-4.js'
import {environmentV4} from '../publisher/rest/environment-v4.js'

type Json = Readonly<Record<string, unknown>>

/** Names of the client modules below modules/integration of product-apim v4.2.0 to v4.7.0. */
export const PUBLISHER_4 = '/api/am/publisher/v4'
const DEVPORTAL_4 = '/api/am/devportal/v3'
const ADMIN_4 = '/api/am/admin/v4'

/** What 3.2.0's portal says of an API that another portal advertises has another name. */
const unadvertised = {
  answer: (body: Json) =>
    JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === 'originalStoreUrl' ? undefined : value))) as Json,
}

/** APIs as the developer portal shows them: where they are deployed, as far as that is to be seen there. */
const shown = (apim: Pool) => async (api: Json) => {
  const {endpointURLs, additionalProperties, ...rest} = without(api, ['labels', 'environmentList', 'ingressURLs'])
  const revisions = await listRevisions(apim, String(api['id']))
  const places = revisions.flatMap(({deployments}) => deployments.filter(it => it.displayOnDevportal))
  const urls = (endpointURLs as readonly {readonly environmentName: string}[]).filter(({environmentName}) =>
    places.some(({name}) => name === environmentName),
  )
  return {
    ...rest,
    advertiseInfo: {advertised: false, apiOwner: null},
    additionalProperties: propertiesV4(additionalProperties),
    endpointURLs: urls,
    gatewayVendor: 'wso2',
  }
}

/** Operations where other paths have an id, beside those of 3.2.0. */
const WORDS = {
  [PUBLISHER]: [
    ...['import', 'import-service', 'import-asyncapi', 'validate-asyncapi'].map(it => `/apis/${it}`),
    ...['export', 'import', 'change-lifecycle', 'copy-api-products'].map(it => `/api-products/${it}`),
    ...['export', 'import'].map(it => `/operation-policies/${it}`),
    '/throttling-policies/streaming/subscription',
  ],
  [STORE]: ['/applications/export', '/applications/import'],
}

/** New applications get JWTs, whatever they ask for: rest.api.store.v1 ApplicationsApiServiceImpl.java of carbon-apimgt 9.28.116. */
const withJwt = {request: (body: Json) => ({...body, tokenType: 'JWT'})}

/**
 * 3.2.0's REST APIs as 4.2.0 and later have them: publisher-api.yaml v4, devportal-api.yaml v3 and admin-api.yaml v4 of carbon-apimgt
 * 9.28.116.
 */
export const rest4 = (apim: Pool, environments: readonly Environment[]): Adaptation => ({
  moves: [
    // Environments and their virtual hosts are in their place.
    [`${PUBLISHER}/labels`, undefined],
    [`${PUBLISHER}/deployments`, undefined],
    [`${PUBLISHER}/settings/gateway-environments`, undefined],
    [`${ADMIN}/labels`, undefined],
    [`${ADMIN}/throttling/blacklist/`, `${ADMIN_4}/throttling/deny-policy/`],
    [`${ADMIN}/throttling/blacklist`, `${ADMIN_4}/throttling/deny-policies`],
    [PUBLISHER, PUBLISHER_4],
    [STORE, DEVPORTAL_4],
    [ADMIN, ADMIN_4],
  ],
  words: WORDS,
  scopes: scopes4,
  bodies: {
    [`POST ${PUBLISHER}/apis`]: {request: fromV4, answer: toldV4(apim)},
    [`POST ${PUBLISHER}/apis/import-openapi`]: {answer: toldV4(apim)},
    [`POST ${PUBLISHER}/apis/import-graphql-schema`]: {answer: toldV4(apim)},
    [`POST ${PUBLISHER}/apis/import-service`]: {request: fromV4, answer: toldV4(apim)},
    [`PUT ${PUBLISHER}/apis/:apiId/reimport-service`]: {answer: toldV4(apim)},
    [`POST ${PUBLISHER}/apis/:apiId/restore-revision`]: {answer: toldV4(apim)},
    [`GET ${PUBLISHER}/apis/:apiId`]: {answer: toldV4(apim)},
    [`PUT ${PUBLISHER}/apis/:apiId`]: {request: fromV4Of(apim), answer: toldV4(apim)},
    [`POST ${PUBLISHER}/apis/copy-api`]: {answer: toldV4(apim)},
    [`GET ${PUBLISHER}/settings`]: {
      answer: settings => ({
        ...without(settings, ['storeUrl', 'deployments']),
        environment: environments.map(environmentV4),
      }),
    },
    [`GET ${STORE}/apis`]: unadvertised,
    [`GET ${STORE}/apis/:apiId`]: {answer: shown(apim)},
    ...Object.fromEntries(['GET', 'POST'].map(it => [`${it} ${STORE}/subscriptions`, unadvertised])),
    ...Object.fromEntries(['GET', 'PUT'].map(it => [`${it} ${STORE}/subscriptions/:subscriptionId`, unadvertised])),
    [`POST ${STORE}/applications`]: withJwt,
    [`PUT ${STORE}/applications/:applicationId`]: withJwt,
  },
})
