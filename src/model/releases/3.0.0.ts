import {RULES_3_0} from '../../config/rules-3x.js'
import type {Line3x} from './components-3x.js'
import {datasource} from './databases-3x.js'
import {GATES_3_0_3_1} from './gates-3.0-3.1.js'
import {LINKS_3_0} from './links-3.0.js'
import {JAVA_3X} from './distributions-3x.js'
import {NEVER_RUN, product3x} from './product-3x.js'
import {REST_3_0} from './rest-3x.js'

const DATABASES: Line3x['databases'] = {
  // shared_db is a file of its own, apim_db is absent: product-apim and kubernetes-apim of this line, traffic-manager.toml.
  'traffic-manager': [],
  // analytics-apim v3.0.0 conf/worker/deployment.yaml: the worker too looks up APIs.
  'analytics-worker': [
    datasource('permissionsdb', 'WSO2_PERMISSIONS_DB'),
    datasource('statisticsdb', 'APIM_ANALYTICS_DB'),
    datasource('apimgtdb', 'AM_DB', 'read'),
  ],
}

/** WSO2 API Manager 3.0.0, on WSO2's own images. */
export const release300 = () =>
  product3x({
    name: '3.0.0',
    released: '2019-10-24',
    unconfirmed: NEVER_RUN,
    line: '3.0',
    analytics: '3.0.0',
    images: {
      apim: 'wso2/wso2am:3.0.0',
      worker: 'wso2/wso2am-analytics-worker:3.0.0',
      dashboard: 'wso2/wso2am-analytics-dashboard:3.0.0',
    },
    gates: GATES_3_0_3_1,
    // No image of docker-apim 3.0.x knows PROFILE_NAME. The argument wins over the profile that the role implies (carbon-kernel v4.5.1
    // Main.java), which is why the devportal's role and profile may differ.
    profileByCommand: true,
    // product-apim v3.0.0 infer.json has no role api-devportal: with it, nothing at all would be inferred.
    serverRoles: {devportal: 'api-store'},
    databases: DATABASES,
    // analytics-apim v3.0.0 conf/dashboard/deployment.yaml has no plain listener.
    ports: {'analytics-dashboard': [{port: 9643, protocol: 'https', purpose: 'dashboard', open: true}]},
    links: LINKS_3_0,
    config: RULES_3_0,
    // Its gateway's HTTPS sender can't be told to take any host name: see its template. Reasoned from the mapper's output, not seen.
    productTlsWarning:
      "the gateway of 3.0.0 verifies host names, and the product's own certificates name localhost: /token through the gateway, and so the portal's keys, should fail",
    rest: REST_3_0,
    // docker-apim 3.0.x: mysql-connector-java 8.0.17 in dropins, and in lib of both analytics images.
    needsDriver: false,
    // Java 8.
    debugAddress: '',
    java: JAVA_3X,
  })
