import {RULES_4_7} from '../../config/rules-4x.js'
import {DIAGNOSTICS_4_7, SHAREDDB_FOR_TENANTS} from './components-4x.js'
import {LINKS_4_6} from './links-4x.js'
import {distributionPerRole, imagePerRole, NEVER_RUN, product4x} from './product-4x.js'
import {REST_4_7} from './rest-4x.js'
import {MYSQL_DRIVER_9} from './servers/drivers.js'
import {MYSQL} from './servers/mysql.js'

/** WSO2 API Manager 4.7.0, on WSO2's own images, one a role. Facts: product-apim v4.7.0, docker-apim 4.7.x, helm-apim 4.7.x, carbon-apimgt 9.33.122. */
export const release470 = () =>
  product4x({
    name: '4.7.0',
    released: '2026-04-23',
    unconfirmed: NEVER_RUN,
    // An estimate: three images on one base.
    pullMb: 1400,
    components: imagePerRole('4.7.0', {
      rules: RULES_4_7,
      trapsSignals: true,
      databases: {'traffic-manager': [], gateway: [SHAREDDB_FOR_TENANTS]},
    }),
    // default.json of gateway and traffic-manager has shareddb, so that nothing has to be said of it.
    forms: {gateway_id: true, encryption_key: true, token_issuer: true, own_shareddb: true},
    debugAddress: '*:',
    diagnostics: DIAGNOSTICS_4_7,
    // docker-apim 4.7.x, docker-compose/*/docker-compose.yml and dockerfiles/apim/Dockerfile: MySQL 8.4.9, Connector/J 9.7.0.
    usual: {mysqlImage: 'mysql:8.4'},
    servers: [{...MYSQL, driver: MYSQL_DRIVER_9}],
    links: LINKS_4_6,
    rest: REST_4_7,
    config: RULES_4_7.all,
    // gateway.sh; docker-apim 4.7.x, Dockerfile: Temurin 25.
    distributions: distributionPerRole('4.7.0', {java: {min: 21, max: 25}}),
    analyticsCloud: 'Moesif',
    productTlsWarning:
      "the product's own certificate ends on 2028-06-06: after that, browsers and strict clients refuse it",
  })
