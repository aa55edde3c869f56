import {readKeyPath} from '../model/key-path.js'
import type {ComponentSpec, Release} from '../model/release.js'
import {ANY_ROLE} from '../model/roles.js'
import type {Instance} from './source.js'

/** Which component an instance is, and what told so. */
export interface Role {
  readonly component: string
  readonly why: string
}

const configured = ({components}: Pick<Release, 'components'>) =>
  components.filter(({config}) => config.some(({format}) => format === 'toml'))

/** The components of a release that read a deployment.toml. */
export const tomlComponents = (release: Release): readonly string[] => configured(release).map(({name}) => name)

const profilesOf = ({profile, command = [], serverRole}: ComponentSpec): readonly string[] => [
  ...(profile === undefined ? [] : [profile]),
  ...(serverRole === undefined || serverRole === ANY_ROLE ? [] : [serverRole]),
  ...command.flatMap(argument => /^-Dprofile=(.+)$/.exec(argument)?.[1] ?? []),
]

const words = (name: string) =>
  `-${name
    .toLowerCase()
    .replace(/\d+/g, '-')
    .split(/[^a-z]+/)
    .filter(Boolean)
    .join('-')}-`

/** The one component that a name speaks of; none where it speaks of several. */
function calledIn(name: string, specs: readonly ComponentSpec[]): string | undefined {
  const text = words(name)
  const found = specs.filter(({name: own, alsoCalled = [], ...spec}) =>
    [own, ...alsoCalled, ...profilesOf({name: own, ...spec})].some(call => text.includes(words(call))),
  )
  const names = new Set(found.map(spec => spec.name))
  return names.size === 1 ? [...names][0] : undefined
}

interface Signs {
  readonly component: string
  /** Key paths at which it has addresses of others, and its databases. */
  readonly keys: readonly string[]
}

function signsOf(release: Release): readonly Signs[] {
  return configured(release).map(({name, databases}) => ({
    component: name,
    keys: [
      ...new Set([
        ...release.links.flatMap(({client, address}) => (client === name && address ? [address.key] : [])),
        ...databases.map(({key}) => `${key}.username`),
      ]),
    ],
  }))
}

const has = ({source}: Instance, key: string) => readKeyPath(source.table, key).length > 0

/** How much more likely the best component must be than the next one. */
const MARGIN = 1

/** A sign that is there speaks for a component, one that is missing against it, and one that only others have too. */
function byContent(instance: Instance, release: Release): Role | undefined {
  const all = signsOf(release)
  const present = [...new Set(all.flatMap(({keys}) => keys))].filter(key => has(instance, key))
  const scores = all
    .map(({component, keys}) => {
      const own = present.filter(key => keys.includes(key)).length
      return {component, own, score: own - (keys.length - own) - (present.length - own)}
    })
    .toSorted((a, b) => b.score - a.score)
  const [best, next] = scores
  if (!best || best.own === 0 || best.score - (next?.score ?? -Infinity) < MARGIN) return undefined
  return {
    component: best.component,
    why: `what it has configured: ${best.own} of the ${present.length} addresses and databases in it are a ${best.component}'s`,
  }
}

/** How much of what all components together have in their files one file must have to be the file of all of them. */
const SHARE_OF_ALL = 0.6

/** Whether one file has what all components need: production starts each of them with it. */
export function isForAll(instance: Instance, release: Release): boolean {
  const keys = [...new Set(signsOf(release).flatMap(signs => signs.keys))]
  return keys.filter(key => has(instance, key)).length >= keys.length * SHARE_OF_ALL
}

/** What an instance says of itself: its role, its profile, its names. `releases`: all whose names of roles may be met. */
export function roleByName(instance: Instance, releases: readonly Pick<Release, 'components'>[]): Role | undefined {
  const specs = releases.flatMap(configured)
  // A role that several components have tells nothing: from 4.3.0 on a key manager's is the control plane's.
  const named = (text: string) => {
    const names = new Set(specs.flatMap(spec => (profilesOf(spec).includes(text) ? [spec.name] : [])))
    return names.size === 1 ? [...names][0] : undefined
  }
  const role = readKeyPath(instance.source.table, 'server.server_role')[0]?.value
  const byRole = role === undefined ? undefined : named(role)
  if (byRole !== undefined) return {component: byRole, why: `server.server_role is ${role}`}
  const byProfile = instance.profile === undefined ? undefined : named(instance.profile)
  if (byProfile !== undefined) return {component: byProfile, why: `its profile is ${instance.profile}`}
  for (const name of instance.names) {
    const component = calledIn(name, specs)
    if (component !== undefined) return {component, why: `it is called ${name}`}
  }
  return undefined
}

/** The component that an instance is: by what it says of itself, in words of any release that has it too, else by what it has configured. */
export function roleOf(instance: Instance, release: Release, releases: readonly Release[]): Role | undefined {
  const own = new Set(release.components.map(({name}) => name))
  const words = releases.map(({components}) => ({components: components.filter(({name}) => own.has(name))}))
  return roleByName(instance, words) ?? byContent(instance, release)
}
