import {RULES_4_1} from '../../config/rules-4x.js'
import {LINKS_4X} from './links-4x.js'
import {NEVER_RUN, oneDistribution, oneImage, product4x} from './product-4x.js'
import {REST_4_1} from './rest-4x.js'

/** WSO2 API Manager 4.1.0, on WSO2's own images. Facts: product-apim v4.1.0, docker-apim 4.1.x, carbon-apimgt 9.20.74. */
export const release410 = () =>
  product4x({
    name: '4.1.0',
    released: '2022-04-01',
    unconfirmed: NEVER_RUN,
    // An estimate: one image for all roles.
    pullMb: 800,
    // profileSetup.sh also has profiles of the publisher and the developer portal, called deprecated: the control plane is both here.
    components: oneImage('4.1.0', {profile: 'api-key-manager-deprecated', serverRole: 'api-key-manager-deprecated'}),
    // docker-apim's README: images for more than amd64 have tags of their own, 4.1.0-multiarch.
    platform: 'linux/amd64',
    forms: {gateway_type: '', metrics_log: false, backend_jwt: true},
    debugAddress: '*:',
    links: LINKS_4X,
    rest: REST_4_1,
    config: RULES_4_1,
    // api-manager.sh would take Java 7 too; docker-apim 4.1.x, Dockerfile: Temurin 11, wso2carbon 802, wso2 802.
    distributions: [oneDistribution('4.1.0', {java: {min: 8, max: 11}, user: {uid: 802, gid: 802}})],
    analyticsCloud: 'Choreo',
    productTlsWarning: "the product's own certificate has ended on 2024-04-30: browsers and strict clients refuse it",
  })
