import {DEVPORTAL_URL, linksOf} from './link-table.js'
import {linksBeforeEventHub} from './links-3.0-3.1.js'

/** 3.1.0's links. */
export const LINKS_3_1 = linksOf([
  ...linksBeforeEventHub({carbon: 'v6.6.163', product: 'v3.1.0', analytics: 'v3.1.0'}),
  [
    'analytics-dashboard',
    'devportal',
    9443,
    'its REST API',
    'used',
    'https',
    DEVPORTAL_URL,
    'analytics-apim v3.1.0 carbon-home/conf/dashboard/deployment.yaml',
  ],
])
