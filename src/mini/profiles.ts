import {StartFailure} from './failure.js'

export type ComponentName =
  'publisher' | 'devportal' | 'key-manager' | 'gateway' | 'traffic-manager' | 'analytics-worker' | 'analytics-dashboard'

export type Profile =
  'api-publisher' | 'api-devportal' | 'api-key-manager' | 'gateway-worker' | 'traffic-manager' | 'worker' | 'dashboard'

export interface Role {
  readonly profile: Profile
  readonly component: ComponentName
  /** Which of the two products the role belongs to: they differ in home, file format and keys. */
  readonly product: 'api-manager' | 'analytics'
  /** Relative to the product home. */
  readonly configFile: string
  /** What the product answers on /services/Version, here with our mark on it. */
  readonly version: string
}

const apiManager = (profile: Profile, component: ComponentName): Role => ({
  profile,
  component,
  product: 'api-manager',
  configFile: 'repository/conf/deployment.toml',
  version: 'WSO2 API Manager-3.2.0 (apim-lab mini)',
})

const analytics = (profile: Profile, component: ComponentName): Role => ({
  profile,
  component,
  product: 'analytics',
  configFile: `conf/${profile}/deployment.yaml`,
  version: 'WSO2 API Manager Analytics Server-3.2.0 (apim-lab mini)',
})

/** The five profiles of wso2am 3.2.0's bin/profileSetup.sh and the two runtimes of wso2am-analytics 3.2.0. */
export const ROLES: readonly Role[] = [
  apiManager('api-publisher', 'publisher'),
  apiManager('api-devportal', 'devportal'),
  apiManager('api-key-manager', 'key-manager'),
  apiManager('gateway-worker', 'gateway'),
  apiManager('traffic-manager', 'traffic-manager'),
  analytics('worker', 'analytics-worker'),
  analytics('dashboard', 'analytics-dashboard'),
]

/** The role of a PROFILE_NAME. Throws StartFailure if there is none of that name. */
export function roleOf(profile: string | undefined): Role {
  const role = ROLES.find(it => it.profile === profile)
  if (role) return role
  const names = ROLES.map(it => it.profile).join(', ')
  throw new StartFailure(`PROFILE_NAME is ${profile ? `"${profile}"` : 'not set'}; expected one of ${names}`)
}
