import {StartFailure} from './failure.js'

export type ComponentName =
  | 'publisher'
  | 'devportal'
  | 'key-manager'
  | 'control-plane'
  | 'gateway'
  | 'traffic-manager'
  | 'analytics-worker'
  | 'analytics-dashboard'

/** Which line of the product a node is like: 3.2.0, or 4.2.0 and later. */
export const FACES = ['3.2', '4'] as const
export type Face = (typeof FACES)[number]

/** What tables know a role by: the profile, with the face behind it where both faces have one of its name. */
export type Profile =
  | 'api-publisher'
  | 'api-devportal'
  | 'api-key-manager'
  | 'gateway-worker'
  | 'traffic-manager'
  | 'worker'
  | 'dashboard'
  | 'control-plane'
  | 'api-key-manager-node'
  | 'gateway-worker-4'
  | 'traffic-manager-4'

export interface Role {
  readonly face: Face
  readonly profile: Profile
  /** PROFILE_NAME. */
  readonly profileName: string
  /** `server_role` of its configuration. */
  readonly serverRole: string
  readonly component: ComponentName
  /** Which of the two products the role belongs to: they differ in home, file format and keys. */
  readonly product: 'api-manager' | 'analytics'
  /** Relative to the product home. */
  readonly configFile: string
  /** What the product answers on /services/Version, here with our mark on it. */
  readonly version: string
}

type Own = Partial<Pick<Role, 'face' | 'profileName' | 'serverRole' | 'version'>>

const apiManager = (profile: Profile, component: ComponentName, own: Own = {}): Role => ({
  face: '3.2',
  profile,
  profileName: own.profileName ?? profile,
  serverRole: own.profileName ?? profile,
  component,
  product: 'api-manager',
  configFile: 'repository/conf/deployment.toml',
  version: 'WSO2 API Manager-3.2.0 (apim-lab mini)',
  ...own,
})

const analytics = (profile: Profile, component: ComponentName): Role => ({
  ...apiManager(profile, component),
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

const of4 = (profile: Profile, component: ComponentName, own: Own = {}): Role =>
  apiManager(profile, component, {face: '4', version: 'WSO2 API Manager-4.4.0 (apim-lab mini)', ...own})

/** The four profiles of wso2am 4.4.0's bin/profileSetup.sh; the key manager's has the control plane's role in its template. */
export const ROLES_4: readonly Role[] = [
  of4('control-plane', 'control-plane'),
  of4('api-key-manager-node', 'key-manager', {serverRole: 'control-plane'}),
  of4('traffic-manager-4', 'traffic-manager', {profileName: 'traffic-manager'}),
  of4('gateway-worker-4', 'gateway', {profileName: 'gateway-worker'}),
]

const ROLES_OF: Readonly<Record<Face, readonly Role[]>> = {'3.2': ROLES, '4': ROLES_4}

const isFace = (text: string): text is Face => FACES.some(face => face === text)

/** The face that MINI_FACE names: 3.2's where it is not set. Throws StartFailure for another one. */
export function faceOf(text: string | undefined): Face {
  if (text === undefined || text === '') return '3.2'
  if (isFace(text)) return text
  throw new StartFailure(`MINI_FACE is ${JSON.stringify(text)}; expected ${FACES.join(' or ')}`)
}

/** The role of a PROFILE_NAME. Throws StartFailure if there is none of that name. */
export function roleOf(profile: string | undefined, face: Face = '3.2'): Role {
  const roles = ROLES_OF[face]
  const role = roles.find(it => it.profileName === profile)
  if (role) return role
  const names = roles.map(it => it.profileName).join(', ')
  throw new StartFailure(`PROFILE_NAME is ${profile ? `"${profile}"` : 'not set'}; expected one of ${names}`)
}
