import type {Adaptation} from '../../http/adapted.js'
import type {Environment} from '../../config/environments.js'
import type {Pool} from 'mysql2/promise'
import {serviceOf} from '../../service-catalog/service-store.js'
import {listRevisions} from '../../revisions/revision-store.js'
import {BASE as STORE} from '../devportal/portal.js'
import {ADMIN, PUBLISHER} from '../publisher/rest/scopes-of-operations.js'
import {fromV4, propertiesV4, toV4, without} from './api-v4.js'
import {scopes4} from './scopes-4.js'
import {environmentV4} from '../publisher/rest/environment-v4.js'

type Json = Readonly<Record<string, unknown>>

/** Names of the client modules below modules/integration of product-apim v4.2.0 to v4.7.0. */
export const PUBLISHER_4 = '/api/am/publisher/v4'
const DEVPORTAL_4 = '/api/am/devportal/v3'
const ADMIN_4 = '/api/am/admin/v4'

/** An API, with the service that it is made of. */
const told = (apim: Pool) => async (api: Json) => {
  const {provider, name, version} = api as {provider: string; name: string; version: string}
  const serviceInfo = await serviceOf(apim, {provider, name, version})
  return {...(toV4(api) as Json), ...(serviceInfo && {serviceInfo})}
}

/** The service of an API is not its body's to change: what it was told to be is left out. */
const withoutOwnService = (apim: Pool) => async (body: Json) => {
  const {provider, name, version, serviceInfo} = body as Partial<Record<'provider' | 'name' | 'version', string>> & Json
  const own = await serviceOf(apim, {provider: provider ?? '', name: name ?? '', version: version ?? ''})
  const isOwn = own !== undefined && (serviceInfo as Json | null | undefined)?.['key'] === own.key
  return fromV4(isOwn ? without(body, ['serviceInfo']) : body)
}

/** APIs as the developer portal shows them: where they are deployed, as far as that is to be seen there. */
const shown = (apim: Pool) => async (api: Json) => {
  const {endpointURLs, additionalProperties, ...rest} = without(api, ['labels', 'environmentList'])
  const revisions = await listRevisions(apim, String(api['id']))
  const places = revisions.flatMap(({deployments}) => deployments.filter(it => it.displayOnDevportal))
  const urls = (endpointURLs as readonly {readonly environmentName: string}[]).filter(({environmentName}) =>
    places.some(({name}) => name === environmentName),
  )
  return {
    ...rest,
    additionalProperties: propertiesV4(additionalProperties),
    endpointURLs: urls,
    gatewayVendor: 'wso2',
  }
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
  words: {
    [PUBLISHER]: ['/apis/import', '/apis/import-asyncapi', '/apis/validate-asyncapi'],
    [STORE]: ['/applications/export', '/applications/import'],
  },
  scopes: scopes4,
  bodies: {
    [`POST ${PUBLISHER}/apis`]: {request: fromV4, answer: told(apim)},
    [`POST ${PUBLISHER}/apis/import-service`]: {request: fromV4, answer: told(apim)},
    [`PUT ${PUBLISHER}/apis/:apiId/reimport-service`]: {answer: told(apim)},
    [`POST ${PUBLISHER}/apis/:apiId/restore-revision`]: {answer: told(apim)},
    [`GET ${PUBLISHER}/apis/:apiId`]: {answer: told(apim)},
    [`PUT ${PUBLISHER}/apis/:apiId`]: {request: withoutOwnService(apim), answer: told(apim)},
    [`POST ${PUBLISHER}/apis/copy-api`]: {answer: told(apim)},
    [`GET ${PUBLISHER}/settings`]: {
      answer: settings => ({...without(settings, ['deployments']), environment: environments.map(environmentV4)}),
    },
    [`GET ${STORE}/apis/:apiId`]: {answer: shown(apim)},
    [`POST ${STORE}/applications`]: withJwt,
    [`PUT ${STORE}/applications/:applicationId`]: withJwt,
  },
})
