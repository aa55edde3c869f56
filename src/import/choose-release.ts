import {keyPaths, type KnownKeys} from '../config/known-keys.js'
import {repositoryOf} from '../model/image-name.js'
import {readKeyPath} from '../model/key-path.js'
import type {Release} from '../model/release.js'
import {DEFAULT_RELEASE} from '../model/releases/index.js'
import {roleByName} from './roles.js'
import type {InputFile, Instance} from './source.js'

export interface ChosenRelease {
  readonly release: Release
  readonly why: string
}

/** The keys that each release knows, by its list's name. */
export type KeysByList = ReadonlyMap<string, KnownKeys>

/** What speaks against a release, in words, with how much. */
interface Against {
  readonly weight: number
  readonly what: string
}

const WEIGHTS = {unknownKey: 3, refusedValue: 6, unknownRole: 6, missingAddress: 1} as const

function against(
  instances: readonly Instance[],
  release: Release,
  {all, lists}: {readonly all: readonly Release[]; readonly lists: KeysByList},
): readonly Against[] {
  const known = lists.get(release.config.keys)
  const others = [...lists.values()].filter(list => list !== known)
  return instances.flatMap(instance => {
    const {table} = instance.source
    const strange = keyPaths(table)
      .filter(path => !known?.has(path) && others.some(list => list.has(path)))
      .map(path => ({weight: WEIGHTS.unknownKey, what: `it does not know ${path.join('.')}`}))
    const refused = release.config.validations.flatMap(({key, pattern}) =>
      readKeyPath(table, key)
        .filter(({value}) => !value.includes('$') && !pattern.test(value))
        .map(({value}) => ({weight: WEIGHTS.refusedValue, what: `it has no ${key} ${value}`})),
    )
    const role = readKeyPath(table, 'server.server_role')[0]?.value
    const component = roleByName(instance, [release])?.component
    const strangeRole =
      role !== undefined && component !== undefined && !release.components.some(({serverRole}) => serverRole === role)
        ? [{weight: WEIGHTS.unknownRole, what: `it has no role ${role}`}]
        : []
    // Some release has what it is called, and this one does not.
    const called = component === undefined ? roleByName(instance, all)?.component : undefined
    const strangeComponent =
      called === undefined ? [] : [{weight: WEIGHTS.unknownRole, what: `it has no component ${called}`}]
    const missing = release.links
      .filter(({client, use, address}) => client === component && use === 'used' && address)
      .filter(({address}) => readKeyPath(table, address!.key).length === 0)
      .map(({address}) => ({weight: WEIGHTS.missingAddress, what: `a ${component} of it would have ${address!.key}`}))
    return [...strange, ...refused, ...strangeRole, ...strangeComponent, ...missing]
  })
}

const isUsual = ({name}: Release) => name === DEFAULT_RELEASE

const sum = (all: readonly Against[]) => all.reduce((total, {weight}) => total + weight, 0)

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Tag of an image, or a folder of the product's: `wso2am:3.2.0.14`, `wso2am-3.2.0`. */
function namesIt({name, components}: Release): RegExp {
  const images = [...new Set(components.map(({image}) => repositoryOf(image).split('/').at(-1)!))]
  return new RegExp(`(?:${images.map(escaped).join('|')})[:-]v?${escaped(name)}(?![0-9])`)
}

function named(files: readonly InputFile[], releases: readonly Release[]): ChosenRelease | undefined {
  for (const {path, text} of files)
    for (const release of releases) {
      const found = namesIt(release).exec(path) ?? namesIt(release).exec(text)
      if (found) return {release, why: `${path} speaks of ${found[0]}`}
    }
  return undefined
}

/**
 * The release that files were written for: the one whose name an image or a folder has, else the one that least speaks against. Of releases
 * with the same keys the one that the list of keys is named after; where nothing tells two apart, the one that labs usually have.
 */
export function recogniseRelease(
  instances: readonly Instance[],
  files: readonly InputFile[],
  releases: readonly Release[],
  lists: KeysByList,
): ChosenRelease {
  const products = releases.filter(({builtIn}) => !builtIn)
  const byName = named(files, products)
  if (byName) return byName
  const lines = products.filter(({name, config}) => name === config.keys)
  const scored = (lines.length > 0 ? lines : products)
    .map(release => ({release, found: against(instances, release, {all: products, lists})}))
    .toSorted((a, b) => sum(a.found) - sum(b.found) || Number(isUsual(b.release)) - Number(isUsual(a.release)))
  const [best, next] = scored
  if (!best) throw new Error('there is no release to choose from')
  if (!next) return {release: best.release, why: 'there is no other'}
  const [sample] = next.found.toSorted((a, b) => b.weight - a.weight)
  const why =
    sum(best.found) === sum(next.found)
      ? `nothing tells it from ${next.release.name}, and it is the ${isUsual(best.release) ? 'usual' : 'newer'} one`
      : `its keys fit best; of ${next.release.name}: ${sample?.what ?? ''}`
  return {release: best.release, why}
}
