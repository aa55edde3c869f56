import {RULES_4_2} from '../../config/rules-4x.js'
import {LINKS_4X} from './links-4x.js'
import {NEVER_RUN, oneDistribution, oneImage, product4x} from './product-4x.js'
import {REST_4_2} from './rest-4x.js'

/** WSO2 API Manager 4.2.0, on WSO2's own images. Facts: product-apim v4.2.0, docker-apim 4.2.x, helm-apim 4.2.x, carbon-apimgt 9.28.116. */
export const release420 = () =>
  product4x({
    name: '4.2.0',
    released: '2023-03-11',
    unconfirmed: NEVER_RUN,
    // An estimate: one image for all roles.
    pullMb: 800,
    // profileSetup.sh: the only key manager's profile that there is, called deprecated.
    components: oneImage('4.2.0', {profile: 'api-key-manager-deprecated', serverRole: 'api-key-manager-deprecated'}),
    // docker-apim's README: images for more than amd64 have tags of their own, 4.2.0-multiarch.
    platform: 'linux/amd64',
    forms: {gateway_type: '', metrics_log: false, backend_jwt: true},
    debugAddress: '*:',
    links: LINKS_4X,
    rest: REST_4_2,
    config: RULES_4_2,
    // api-manager.sh; docker-apim 4.2.x, Dockerfile: Temurin 17, wso2carbon 802, wso2 802.
    distributions: [oneDistribution('4.2.0', {java: {min: 11, max: 17}, user: {uid: 802, gid: 802}})],
    analyticsCloud: 'Choreo',
    productTlsWarning: "the product's own certificate has ended on 2025-05-27: browsers and strict clients refuse it",
  })
