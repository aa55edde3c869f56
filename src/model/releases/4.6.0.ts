import {RULES_4_6} from '../../config/rules-4x.js'
import {DIAGNOSTICS_4_3} from './components-4x.js'
import {LINKS_4_6} from './links-4x.js'
import {distributionPerRole, imagePerRole, NEVER_RUN, product4x} from './product-4x.js'
import {REST_4_5} from './rest-4x.js'

/** WSO2 API Manager 4.6.0, on WSO2's own images, one a role. Facts: product-apim v4.6.0, docker-apim 4.6.x, helm-apim 4.6.x, carbon-apimgt 9.32.147. */
export const release460 = () =>
  product4x({
    name: '4.6.0',
    released: '2025-10-29',
    unconfirmed: NEVER_RUN,
    // An estimate: three images on one base.
    pullMb: 1400,
    components: imagePerRole('4.6.0', {rules: RULES_4_6, trapsSignals: false}),
    forms: {gateway_id: true},
    debugAddress: '*:',
    diagnostics: DIAGNOSTICS_4_3,
    links: LINKS_4_6,
    rest: REST_4_5,
    config: RULES_4_6.all,
    // gateway.sh; docker-apim 4.6.x, Dockerfile: Temurin 21.
    distributions: distributionPerRole('4.6.0', {java: {min: 11, max: 21}}),
    analyticsCloud: 'Moesif',
    productTlsWarning:
      "the product's own certificate ends on 2027-12-26: after that, browsers and strict clients refuse it",
  })
