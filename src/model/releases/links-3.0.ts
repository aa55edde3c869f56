import {linksOf} from './link-table.js'
import {linksBeforeEventHub} from './links-3.0-3.1.js'

const IDP_CLIENT = 'analytics-apim v3.0.0 components/org.wso2.analytics.apim.idp.client ApimIdPClient.java'

/** 3.0.0's links. */
export const LINKS_3_0 = linksOf([
  ...linksBeforeEventHub({carbon: 'v6.5.349', product: 'v3.0.0', analytics: 'v3.0.0'}),
  [
    'analytics-dashboard',
    'publisher',
    9443,
    'clients and roles of users',
    'used',
    'https',
    {key: 'auth.configs.properties.adminServiceBaseUrl', names: 'component'},
    IDP_CLIENT,
  ],
  [
    'analytics-dashboard',
    'devportal',
    9443,
    'its REST API',
    'unused',
    'https',
    undefined,
    'it has no devPortalUrl: analytics-apim v3.0.0 carbon-home/conf/dashboard/deployment.yaml',
  ],
])
