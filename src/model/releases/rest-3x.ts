import type {RestPaths} from '../release.js'

/**
 * Facts: names of the web applications and basePath of their definitions (publisher-api.yaml, store-api.yaml, admin-api.yaml,
 * registration) in carbon-apimgt v6.5.349, v6.6.163 and v6.7.206. 3.0.0: profileSetup.sh would remove the publisher's admin API, but its
 * image does not run it; SubscriptionsApiServiceImpl.java reads the type.
 */
export const REST_3_0: RestPaths = {
  dcr: '/client-registration/v0.15/register',
  publisher: '/api/am/publisher/v1.0',
  devportal: '/api/am/store/v1.0',
  admin: '/api/am/admin/v0.15',
  scopes: 'plain',
  limits: 'flat',
  subscription: {type: 'API'},
}

export const REST_3_1: RestPaths = {
  dcr: '/client-registration/v0.16/register',
  publisher: '/api/am/publisher/v1',
  devportal: '/api/am/store/v1',
  admin: '/api/am/admin/v0.16',
  scopes: 'plain',
  limits: 'flat',
}

export const REST_3_2: RestPaths = {
  dcr: '/client-registration/v0.17/register',
  publisher: '/api/am/publisher/v1',
  devportal: '/api/am/store/v1',
  admin: '/api/am/admin/v1',
  scopes: 'wrapped',
  limits: 'parts',
}

/** A web application that the gateway's profile keeps: product-apim v3.0.0 to v3.2.0, am#sample#pizzashack#v1.war. */
export const SAMPLE_BACKEND = 'https://localhost:9443/am/sample/pizzashack/v1/api'
