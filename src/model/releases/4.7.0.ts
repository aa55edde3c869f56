import {RULES_4_7} from '../../config/rules-4x.js'
import {DIAGNOSTICS_4_7, SHAREDDB_FOR_TENANTS} from './components-4x.js'
import {LINKS_4_6} from './links-4x.js'
import {distributionPerRole, imagePerRole, NEVER_RUN, product4x} from './product-4x.js'
import {REST_4_7} from './rest-4x.js'

/** WSO2 API Manager 4.7.0, on WSO2's own images, one a role. Facts: product-apim v4.7.0, docker-apim 4.7.x, helm-apim 4.7.x, carbon-apimgt 9.33.122. */
export const release470 = () =>
  product4x({
    name: '4.7.0',
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
    links: LINKS_4_6,
    rest: REST_4_7,
    config: RULES_4_7.all,
    // gateway.sh; docker-apim 4.7.x, Dockerfile: Temurin 25.
    distributions: distributionPerRole('4.7.0', {java: {min: 21, max: 25}}),
    // docs-apim, monitoring/api-analytics: log4j2.properties has the appender.
    analyticsInstead:
      'gateways write them to repository/logs/apim_metrics.log with [apim.analytics] enable = true and type = "elk" in an overlay, for Filebeat, Logstash and Elasticsearch of your own; or they go to a cloud service (Moesif)',
    productTlsWarning:
      "the product's own certificate ends on 2028-06-06: after that, browsers and strict clients refuse it",
  })
