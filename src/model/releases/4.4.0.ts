import {RULES_4_4} from '../../config/rules-4x.js'
import {DIAGNOSTICS_4_3} from './components-4x.js'
import {LINKS_4X} from './links-4x.js'
import {NEVER_RUN, oneDistribution, oneImage, product4x} from './product-4x.js'
import {REST_4_2} from './rest-4x.js'

/** WSO2 API Manager 4.4.0, on WSO2's own images, which are for arm64 too. Facts: product-apim v4.4.0, docker-apim 4.4.x, carbon-apimgt 9.30.67. */
export const release440 = () =>
  product4x({
    name: '4.4.0',
    released: '2024-10-25',
    unconfirmed: NEVER_RUN,
    // An estimate: one image for all roles.
    pullMb: 800,
    // profileSetup.sh, and deployment-templates/api-key-manager-node.toml for its role.
    components: oneImage('4.4.0', {profile: 'api-key-manager-node', serverRole: 'control-plane'}),
    forms: {backend_jwt: true},
    debugAddress: '*:',
    diagnostics: DIAGNOSTICS_4_3,
    links: LINKS_4X,
    rest: REST_4_2,
    config: RULES_4_4,
    // api-manager.sh; docker-apim 4.4.x, Dockerfile: Temurin 21, wso2carbon 10001, wso2 10001.
    distributions: [oneDistribution('4.4.0', {java: {min: 11, max: 21}, user: {uid: 10_001, gid: 10_001}})],
    analyticsCloud: 'Choreo',
    productTlsWarning:
      "the product's own certificate ends on 2026-12-14: after that, browsers and strict clients refuse it",
  })
