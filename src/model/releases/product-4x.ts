import type {ConfigRules} from '../../config/rules.js'
import {USER_HOME, type DistributionSpec} from '../distribution.js'
import type {LinkSpec, Release} from '../release.js'
import {components4x, DATABASES_4X, type Line4x} from './components-4x.js'
import {services4x, type Rest4x} from './rest-4x.js'
import {MYSQL} from './servers/mysql.js'

/** What tells one of WSO2's own 4.x releases from another. */
export interface Product4x extends Pick<Line4x, 'components' | 'platform' | 'forms' | 'debugAddress' | 'diagnostics'> {
  readonly name: string
  readonly unconfirmed: string
  readonly pullMb: number
  readonly links: readonly LinkSpec[]
  readonly rest: Rest4x
  readonly config: ConfigRules
  readonly distributions: readonly DistributionSpec[]
  /** How analytics are had: `docs-apim` monitoring/api-analytics. */
  readonly analyticsInstead: string
  readonly productTlsWarning?: string
}

/** What is said of a release that we have never run on WSO2's own images. */
export const NEVER_RUN = "rendered from WSO2's own files; never run by us on WSO2's images"

const BUNDLES_INFO = 'repository/components/default/configuration/org.eclipse.equinox.simpleconfigurator/bundles.info'
const SERVER = 'repository/deployment/server'

/** One image for all roles, PROFILE_NAME chooses: docker-apim 4.0.x to 4.4.x, dockerfiles/ubuntu/apim/docker-entrypoint.sh. */
export function oneImage(
  name: string,
  keyManager: {readonly profile: string; readonly serverRole: string},
): Line4x['components'] {
  const home = `${USER_HOME}/wso2am-${name}`
  const role = (profile: string, serverRole = profile) => ({
    image: `wso2/wso2am:${name}`,
    home,
    profile,
    serverRole,
    // No signal reaches the server: its own stop is what helm-apim 4.2.x runs before a pod ends.
    stopCommand: ['sh', `${home}/bin/api-manager.sh`, 'stop'],
  })
  return {
    'key-manager': role(keyManager.profile, keyManager.serverRole),
    'control-plane': role('control-plane'),
    'traffic-manager': role('traffic-manager'),
    gateway: role('gateway-worker'),
  }
}

/** The zip that the one image is made of: docker-apim 4.0.x to 4.4.x, dockerfiles/ubuntu/apim. */
export const oneDistribution = (
  version: string,
  {java, user}: Pick<DistributionSpec, 'java' | 'user'>,
): DistributionSpec => ({
  product: 'wso2am',
  version,
  java,
  user,
  refilled: [`${SERVER}/executionplans`, `${SERVER}/synapse-configs`],
  runtimes: [
    {
      image: `wso2/wso2am:${version}`,
      start: 'bin/api-manager.sh',
      profileSetup: 'bin/profileSetup.sh',
      bundlesInfo: BUNDLES_INFO,
    },
  ],
})

/** One of WSO2's own 4.x releases, on WSO2's own images. */
export function product4x(product: Product4x): Release {
  const {name, unconfirmed, pullMb, distributions, links, config, analyticsInstead, productTlsWarning} = product
  return {
    name,
    title: `WSO2 API Manager ${name}`,
    builtIn: false,
    pullMb,
    unconfirmed,
    components: components4x({...product, services: services4x(product.rest)}),
    distributions,
    databases: DATABASES_4X,
    servers: [MYSQL],
    serversReason: 'its configuration is rendered for no other',
    links,
    // That of WSO2's own key stores: whether something in the packs has it fixed, as in 3.x, was not read.
    keyStore: {type: 'JKS', file: 'wso2carbon.jks', trustFile: 'client-truststore.jks', password: 'wso2carbon'},
    config,
    analyticsInstead,
    ...(productTlsWarning !== undefined && {productTlsWarning}),
    // AMQP 0-9-1: the protocol header is answered by a method frame on channel 0. The broker is that of 3.x.
    greetings: {5672: {say: 'AMQP\0\0\u0009\u0001', expect: '\u0001\0\0'}},
  }
}
