import {RULES_4_0} from '../../config/rules-4x.js'
import {LINKS_4_0} from './links-4x.js'
import {NEVER_RUN, oneDistribution, oneImage, product4x} from './product-4x.js'
import {REST_4_0} from './rest-4x.js'
import {LINKS_4_0_STEPS} from './walk-4x.js'

/** WSO2 API Manager 4.0.0, on WSO2's own images. Facts: product-apim v4.0.0, docker-apim 4.0.x, carbon-apimgt 9.0.174. */
export const release400 = () =>
  product4x({
    name: '4.0.0',
    released: '2021-04-20',
    unconfirmed: NEVER_RUN,
    // An estimate: one image for all roles.
    pullMb: 800,
    // profileSetup.sh also has profiles of the publisher and the developer portal, called deprecated: the control plane is both here.
    components: oneImage('4.0.0', {profile: 'api-key-manager-deprecated', serverRole: 'api-key-manager-deprecated'}),
    // No sign of images for more than amd64 was found.
    platform: 'linux/amd64',
    // jndi2.properties.j2: what goes to the other one's broker is told in [apim.throttling], there is no such key of the event hub.
    // carbon-apimgt 9.0.174 APIProviderImpl.java publishBlockingEvent, KeyMgtNotificationSender.java: events for the traffic managers.
    forms: {provider: false, gateway_type: '', metrics_log: false, hub_copies: false, backend_jwt: true},
    debugAddress: '*:',
    links: LINKS_4_0,
    rest: REST_4_0,
    stepLinks: LINKS_4_0_STEPS,
    config: RULES_4_0,
    // api-manager.sh would take Java 7 too; docker-apim 4.0.x, Dockerfile: Temurin 11, wso2carbon 802, wso2 802.
    distributions: [oneDistribution('4.0.0', {java: {min: 8, max: 11}, user: {uid: 802, gid: 802}})],
    analyticsCloud: 'Choreo',
    productTlsWarning: "the product's own certificate has ended on 2022-01-25: browsers and strict clients refuse it",
  })
