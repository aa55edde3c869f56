import type {DistributionSpec, RuntimeSpec} from '../distribution.js'

/** product-apim v3.0.0 to v3.2.0, wso2server.sh: it says that it supports no other; analytics-apim's carbon.sh likewise. */
export const JAVA_3X: DistributionSpec['java'] = {min: 8, max: 11}

const BUNDLES_INFO = 'configuration/org.eclipse.equinox.simpleconfigurator/bundles.info'
const SERVER = 'repository/deployment/server'

/** docker-apim 3.0.x to 3.2.1.x: wso2carbon 802, wso2 802, in every image. */
const USER = {uid: 802, gid: 802} as const

export interface Distributions3x {
  readonly name: string
  /** Version of its analytics. */
  readonly analytics: string
  readonly images: {readonly apim: string; readonly worker: string; readonly dashboard: string}
  readonly profileByCommand?: boolean
  readonly java: DistributionSpec['java']
}

/** The two zips of a 3.x release. docker-apim 3.0.x to 3.2.1.x, Dockerfiles and entrypoints. */
export function distributions3x(product: Distributions3x): readonly DistributionSpec[] {
  const {name, analytics, images, profileByCommand = false, java} = product
  const analyticsRuntime = (kind: 'worker' | 'dashboard'): RuntimeSpec => ({
    image: images[kind],
    start: `bin/${kind}.sh`,
    bundlesInfo: `wso2/${kind}/${BUNDLES_INFO}`,
  })
  return [
    {
      product: 'wso2am',
      version: name,
      java,
      user: USER,
      refilled: [`${SERVER}/executionplans`, `${SERVER}/synapse-configs`],
      runtimes: [
        {
          image: images.apim,
          start: 'bin/wso2server.sh',
          ...(!profileByCommand && {profileSetup: 'bin/profileSetup.sh'}),
          bundlesInfo: `repository/components/default/${BUNDLES_INFO}`,
        },
      ],
    },
    {
      product: 'wso2am-analytics',
      version: analytics,
      java: JAVA_3X,
      user: USER,
      refilled: [],
      runtimes: [analyticsRuntime('worker'), analyticsRuntime('dashboard')],
    },
  ]
}
