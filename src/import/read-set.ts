import {isTable, namesIn} from '../config/table.js'
import {findRelease} from '../model/releases/index.js'
import type {Release} from '../model/release.js'
import {DEFAULTS, type LabSettings} from '../model/settings.js'
import {releaseDefaults} from '../model/release-defaults.js'
import {chartValues} from './chart-values.js'
import {recogniseRelease, type ChosenRelease, type KeysByList} from './choose-release.js'
import {isEmbedded} from './databases.js'
import type {Entry} from './entries.js'
import {ownOffset, sightings, type KnownInstance} from './evidence.js'
import {instancesOf} from './instances.js'
import {leavesOf} from './leaves.js'
import {planNodes, type PlannedComponent} from './nodes.js'
import {isForAll, roleByName, roleOf, tomlComponents} from './roles.js'
import type {InputFile, Instance} from './source.js'
import {standIns} from './stand-ins.js'
import {Templates} from './templates.js'

export interface ReadOptions {
  readonly releases: readonly Release[]
  readonly lists: KeysByList
  /** The release that the user names. */
  readonly release?: string
}

/** What files of production say, before any of it is put into a lab. */
export interface ReadSet extends ChosenRelease {
  readonly templates: Templates
  readonly planned: readonly PlannedComponent[]
  /** What was told of keys that no node of the lab reads. */
  readonly entries: readonly Entry[]
  /** What nothing tells the component of. */
  readonly unknown: readonly Instance[]
  /** Files that hold no deployment.toml. */
  readonly unread: readonly string[]
}

/** Everything in a source, as left. */
const leftOf = ({source}: Instance, templates: Templates, why: string): readonly Entry[] =>
  leavesOf(source.table).map(({key}) => ({
    ...source.placeOf(key),
    outcome: 'left' as const,
    key: templates.restore(key),
    nodes: [],
    what: '',
    why,
  }))

/** What is known before a component is: lines that templates left out, and texts that are no TOML. */
function faultsOf({source}: Instance, templates: Templates): readonly Entry[] {
  const entry = {nodes: [], outcome: 'left', key: ''} as const
  return [
    ...source.left.map(({file, line, text, why, isOff}) => {
      const [key = '', value] = text.split('=')
      return {
        ...entry,
        outcome: isOff ? ('idle' as const) : ('left' as const),
        file,
        line,
        key: value === undefined ? '' : templates.restore(key.trim()),
        what: value === undefined ? text : '',
        why,
      }
    }),
    ...source.faults.map(({code, line, message}) => ({
      ...entry,
      file: source.file,
      line: source.firstLine + line - 1,
      what: code === 'order' ? 'the product fails on it' : 'is not valid TOML: none of it is read',
      why: message,
    })),
  ]
}

function known(instances: readonly Instance[], release: Release, releases: readonly Release[]) {
  const [only] = instances
  if (instances.length === 1 && only && !roleByName(only, releases) && isForAll(only, release))
    return {
      found: tomlComponents(release).map((component): KnownInstance => ({
        ...only,
        component,
        why: 'one file for all components',
      })),
      unknown: [],
    }
  const roles = instances.map(instance => ({instance, role: roleOf(instance, release, releases)}))
  return {
    found: roles.flatMap(({instance, role}): readonly KnownInstance[] => (role ? [{...instance, ...role}] : [])),
    unknown: roles.flatMap(({instance, role}) => (role ? [] : [instance])),
  }
}

/** Reads what production's files say: whose they are, of which release, and what nodes there are. Never throws for what they hold. */
export function readSet(files: readonly InputFile[], {releases, lists, release: asked}: ReadOptions): ReadSet {
  const templates = new Templates(chartValues(files))
  const {instances: all, entries: told} = instancesOf(files, templates, lists.values())
  const readable = all.filter(({source}) => source.faults.every(({code}) => code === 'order'))
  const chosen =
    asked === undefined
      ? recogniseRelease(readable, files, releases, lists)
      : {release: findRelease(asked, releases), why: 'asked for with --release'}
  const {release} = chosen
  const {found, unknown} = known(readable, release, releases)
  const seen = sightings(found, release)
  const planned = planNodes(release, found, seen, standIns(release, found, seen))
  const read = planned.flatMap(({nodes}) => nodes.map(({instance}) => instance))
  const many = found.filter(instance => !read.includes(instance))
  const read_ = new Set(all.map(({source}) => source.file))
  return {
    ...chosen,
    templates,
    planned,
    unknown,
    unread: files.map(({path}) => path).filter(path => !read_.has(path)),
    entries: [
      ...told,
      ...all.flatMap(instance => faultsOf(instance, templates)),
      ...unknown.flatMap(instance => leftOf(instance, templates, 'nothing tells which component this file is of')),
      ...many.flatMap(instance => {
        const {max, reason} = release.components.find(({name}) => name === instance.component)!.replicas
        return leftOf(instance, templates, `the lab has ${max} nodes of ${instance.component} at most: ${reason}`)
      }),
    ],
  }
}

/** How far the ports of a component's nodes are shifted, where all of them agree. */
function offsetOf({nodes}: PlannedComponent): number | undefined {
  const offsets = [...new Set(nodes.map(({instance}) => instance && ownOffset(instance)))]
  return offsets.length === 1 && offsets[0] ? offsets[0] : undefined
}

/** The settings of a lab with the same nodes. `portOffset`: of the ports that browsers use. */
export function settingsOf(
  {release, planned}: ReadSet,
  lab: string,
  portOffset: number = DEFAULTS.portOffset,
): LabSettings {
  const seen = (component: string) => {
    const own = planned.find(plan => plan.component === component)!
    return own.shared.length > 0 || own.nodes.some(({instance, addresses}) => instance || addresses.length > 0)
  }
  const usesShared = planned.some(({component, nodes}) => {
    const uses = release.components.find(({name}) => name === component)!.databases.filter(({when}) => when)
    return nodes.some(({instance}) =>
      uses.some(({key}) => {
        const table =
          instance &&
          namesIn(key).reduce<unknown>((at, name) => (isTable(at) ? at[name] : undefined), instance.source.table)
        return isTable(table) && !isEmbedded(table)
      }),
    )
  })
  const components = planned.flatMap(plan => {
    const {movable, replicas} = release.components.find(({name}) => name === plan.component)!
    const offset = movable ? offsetOf(plan) : undefined
    const own = {
      ...(plan.nodes.length !== (replicas.usual ?? 1) && {replicas: plan.nodes.length}),
      ...(offset !== undefined && {offset}),
    }
    return Object.keys(own).length > 0 ? [[plan.component, own] as const] : []
  })
  return {
    ...releaseDefaults(release),
    lab,
    release: release.name,
    analytics: release.components.some(({name, analytics}) => analytics && seen(name)),
    ...(usesShared && {gatewaySharedDb: true}),
    portOffset,
    components: Object.fromEntries(components),
  }
}
