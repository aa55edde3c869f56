import type {PackRules} from '../../config/rules-4x.js'
import type {ConfigRules} from '../../config/rules.js'
import {USER_HOME, type DistributionSpec} from '../distribution.js'
import type {DatabaseUse, LinkSpec, Release} from '../release.js'
import {components4x, DATABASES_4X, type Forms4x, type Line4x, type Name4x, type Own4x} from './components-4x.js'
import {services4x, type Rest4x} from './rest-4x.js'
import {ANY_ROLE} from '../roles.js'
import {MYSQL} from './servers/mysql.js'
import {STORED_URLS} from './stored-urls.js'
import type {WalkSpec} from '../walk.js'
import {walk4x} from './walk-4x.js'

/** What tells one of WSO2's own 4.x releases from another. */
export interface Product4x extends Pick<Line4x, 'components' | 'platform' | 'debugAddress' | 'diagnostics'> {
  readonly name: string
  /** What its templates are told, where it is not what most releases are. */
  readonly forms?: Partial<Forms4x>
  readonly released?: string
  readonly unconfirmed: string
  readonly pullMb: number
  readonly links: readonly LinkSpec[]
  readonly rest: Rest4x
  /** What a step of the walk relies on, where it is not what it is in other releases. */
  readonly stepLinks?: Partial<WalkSpec['links']>
  readonly config: ConfigRules
  readonly distributions: readonly DistributionSpec[]
  /** The cloud service for analytics: `docs-apim` monitoring/api-analytics. */
  readonly analyticsCloud: string
  readonly usual?: Release['usual']
  readonly servers?: Release['servers']
  readonly productTlsWarning?: string
}

/** What is said of a release that we have never run on WSO2's own images. */
export const NEVER_RUN = "rendered from WSO2's own files; never run by us on WSO2's images"

/** What most of them are. */
export const FORMS_4X: Forms4x = {
  provider: true,
  gateway_type: 'Regular',
  hub_copies: true,
  metrics_log: true,
  backend_jwt: false,
  gateway_id: false,
  encryption_key: false,
  token_issuer: false,
  own_shareddb: false,
}

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

/** The packs of product-apim from v4.5.0 on, and the images that each is: docker-apim 4.5.x to 4.7.x, dockerfiles/ubuntu. */
const PACKS = {
  'api-control-plane': {image: 'wso2am-acp', start: 'bin/api-cp.sh', refilled: ['executionplans']},
  'traffic-manager': {image: 'wso2am-tm', start: 'bin/traffic-manager.sh', refilled: ['executionplans']},
  gateway: {image: 'wso2am-universal-gw', start: 'bin/gateway.sh', refilled: ['synapse-configs']},
} as const

interface RoleImages {
  readonly rules: PackRules
  /** The image hands a signal on to the server. */
  readonly trapsSignals: boolean
  /** Which components have databases, where not all do. */
  readonly databases?: Partial<Record<Name4x, readonly DatabaseUse[]>>
}

/** An image for each role; a key manager's is the control plane's, told its profile. */
export function imagePerRole(name: string, {rules, trapsSignals, databases = {}}: RoleImages): Line4x['components'] {
  const role = (
    component: Name4x,
    pack: keyof typeof PACKS,
    own: {readonly rules: ConfigRules; readonly profile?: string; readonly start?: string},
  ): Own4x => {
    const {image, start} = PACKS[pack]
    const home = `${USER_HOME}/${image}-${name}`
    return {
      image: `wso2/${image}:${name}`,
      home,
      // infer.json of each pack: it knows no other.
      serverRole: ANY_ROLE,
      rules: own.rules,
      ...(own.profile !== undefined && {profile: own.profile}),
      ...(databases[component] && {databases: databases[component]}),
      // helm-apim 4.5.x, 4.6.x: what is run before a pod ends.
      ...(!trapsSignals && {stopCommand: ['sh', `${home}/${own.start ?? start}`, 'stop']}),
    }
  }
  return {
    'key-manager': role('key-manager', 'api-control-plane', {
      rules: rules['control-plane'],
      profile: 'key-manager',
      start: 'bin/key-manager.sh',
    }),
    'control-plane': role('control-plane', 'api-control-plane', {rules: rules['control-plane']}),
    'traffic-manager': role('traffic-manager', 'traffic-manager', {rules: rules['traffic-manager']}),
    gateway: role('gateway', 'gateway', {rules: rules.gateway}),
  }
}

/** The zips that those images are made of. */
export const distributionPerRole = (
  version: string,
  {java}: Pick<DistributionSpec, 'java'>,
): readonly DistributionSpec[] =>
  Object.entries(PACKS).map(([pack, {image, start, refilled}]) => ({
    product: image,
    version,
    java,
    user: {uid: 10_001, gid: 10_001},
    refilled: refilled.map(folder => `${SERVER}/${folder}`),
    runtimes: [
      {
        image: `wso2/${image}:${version}`,
        start,
        // Only this pack has a profile, the key manager's.
        ...(pack === 'api-control-plane' && {profileSetup: 'bin/profileSetup.sh'}),
        bundlesInfo: BUNDLES_INFO,
      },
    ],
  }))

/** What is told who asks for analytics. docs-apim 4.3.0 and later, monitoring/api-analytics/on-prem/elk-installation-guide.md. */
const analyticsInstead = (cloud: string, {metrics_log: hasLog}: Pick<Forms4x, 'metrics_log'>): string =>
  hasLog
    ? `gateways write each call to repository/logs/apim_metrics.log, for Filebeat, Logstash and Elasticsearch of your own; WSO2 also has a cloud service (${cloud})`
    : `WSO2 has a cloud service for them (${cloud}), which gateways are told of by [apim.analytics] in an overlay: enable, config_endpoint and auth_token; a log file of them is there from 4.3.0 on`

/** One of WSO2's own 4.x releases, on WSO2's own images. */
export function product4x(product: Product4x): Release {
  const {
    name,
    released,
    unconfirmed,
    pullMb,
    distributions,
    links,
    config,
    productTlsWarning,
    servers = [MYSQL],
  } = product
  const forms = {...FORMS_4X, ...product.forms}
  return {
    name,
    title: `WSO2 API Manager ${name}`,
    builtIn: false,
    pullMb,
    ...(released !== undefined && {released}),
    unconfirmed,
    components: components4x({...product, forms, services: services4x(product.rest)}),
    distributions,
    databases: DATABASES_4X,
    storedUrls: STORED_URLS,
    servers,
    serversReason: 'its configuration is rendered for no other',
    links,
    // That of WSO2's own key stores: whether something in the packs has it fixed, as in 3.x, was not read.
    keyStore: {type: 'JKS', file: 'wso2carbon.jks', trustFile: 'client-truststore.jks', password: 'wso2carbon'},
    config,
    // As in 3.x: nobody has measured it.
    walk: walk4x(90, product.rest.forms, product.stepLinks),
    // The log costs a line a call, and the product has it off: it is there where it is asked for.
    usual: {analytics: false, ...product.usual},
    analyticsInstead: analyticsInstead(product.analyticsCloud, forms),
    ...(productTlsWarning !== undefined && {productTlsWarning}),
    // AMQP 0-9-1: the protocol header is answered by a method frame on channel 0. The broker is that of 3.x.
    greetings: {5672: {say: 'AMQP\0\0\u0009\u0001', expect: '\u0001\0\0'}},
  }
}
