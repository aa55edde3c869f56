import {RULES_3_1} from '../../config/rules-3x.js'
import {GATES_3_0_3_1} from './gates-3.0-3.1.js'
import {LINKS_3_1} from './links-3.1.js'
import {JAVA_3X} from './distributions-3x.js'
import {NEVER_RUN, product3x} from './product-3x.js'
import {REST_3_1} from './rest-3x.js'

/** WSO2 API Manager 3.1.0, on WSO2's own images. */
export const release310 = () =>
  product3x({
    name: '3.1.0',
    // By PROFILE_NAME: docker-apim v3.1.0.2 and later; v3.1.0.1 does not know it yet.
    released: '2020-03-20',
    unconfirmed: NEVER_RUN,
    line: '3.1',
    analytics: '3.1.0',
    images: {
      apim: 'wso2/wso2am:3.1.0',
      worker: 'wso2/wso2am-analytics-worker:3.1.0',
      dashboard: 'wso2/wso2am-analytics-dashboard:3.1.0',
    },
    gates: GATES_3_0_3_1,
    // shared_db is a file of its own, apim_db is absent: product-apim and kubernetes-apim of this line, traffic-manager.toml.
    databases: {'traffic-manager': []},
    links: LINKS_3_1,
    config: RULES_3_1,
    rest: REST_3_1,
    // docker-apim 3.1.x: mysql-connector-java 8.0.17 in dropins, and in lib of both analytics images.
    needsDriver: false,
    debugAddress: '*:',
    java: JAVA_3X,
  })
