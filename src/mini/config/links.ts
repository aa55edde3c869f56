import type {ComponentName, Profile} from '../profiles.js'
import {reasonOf} from '../failure.js'
import {hasEventHub} from './accounts.js'
import {parseAddress, type LinkKind} from './address.js'
import {dotted, keyText, namesOf, type KeyPath} from './keys.js'
import {LINKS, type KeyPattern, type LinkSpec} from './link-table.js'
import type {Settings} from './settings.js'

/** One address that the configuration names. */
export interface Link {
  readonly server: ComponentName
  /** Who may answer in the server's place. */
  readonly standIn?: ComponentName
  readonly purpose: string
  readonly kind: LinkKind
  readonly service: string | undefined
  readonly host: string
  readonly port: number
  /** The address as the file has it, without credentials. */
  readonly address: string
  readonly file: string
  readonly key: string
  readonly required: boolean
  /** Of addresses in groups of receivers: the group's number, and whether they take turns or stand in for one another. */
  readonly group?: {readonly number: number; readonly inTurn: boolean}
}

const need = (spec: LinkSpec) => ({why: `it is needed for ${spec.purpose}`, example: spec.example})

/** The links of a profile, in the order of its table. Throws StartFailure for a key that is missing or is no address. */
export function readLinks(profile: Profile, settings: Settings): readonly Link[] {
  const analytics = settings.flag(dotted('apim.analytics.enable'), false, {
    why: 'it switches analytics on',
    example: 'true or false',
  })
  const hub = hasEventHub(settings) ? 'on' : 'off'
  const links = LINKS[profile]
    .filter(spec => (analytics || !spec.analytics) && (spec.eventHub ?? hub) === hub)
    .flatMap(spec => readSpec(spec, settings))
  return mergeSameKey(links)
}

function readSpec(spec: LinkSpec, settings: Settings): Link[] {
  for (const pattern of spec.keys) {
    const found = expandPattern(pattern, spec, settings).map(path => ({
      path,
      links: readAddresses(path, spec, settings),
    }))
    if (found.every(({links}) => links.length === 0)) continue
    const gap = found.find(({links}) => links.length === 0)
    if (gap) throw settings.missing(gap.path, need(spec))
    return found.flatMap(({links}) => links)
  }
  if (spec.need === 'optional' || spec.mayBeNone) return []
  throw settings.missing(patternPath(spec.keys.at(-1) ?? []), need(spec))
}

/** A pattern without its wildcards, for the message about a key that is not there. */
const patternPath = (pattern: KeyPattern): KeyPath =>
  pattern.filter(step => step !== '{}').map(step => (step.startsWith('[') ? 0 : step))

function expandPattern(pattern: KeyPattern, spec: LinkSpec, settings: Settings): readonly KeyPath[] {
  let paths: KeyPath[] = [[]]
  for (const step of pattern) paths = paths.flatMap(path => expandStep(step, path, spec, settings))
  return paths
}

function expandStep(step: string, path: KeyPath, spec: LinkSpec, settings: Settings): KeyPath[] {
  if (step === '{}') return namesOf(settings.value(path)).map(name => [...path, name])
  const only = /^\[(?:(\w+)=(\w+))?\]$/.exec(step)
  if (!only) return [[...path, step]]
  const [, name, wanted] = only
  const elements = Array.from({length: settings.count(path, need(spec))}, (_, index): KeyPath => [...path, index])
  return name === undefined ? elements : elements.filter(element => settings.value([...element, name]) === wanted)
}

function readAddresses(path: KeyPath, spec: LinkSpec, settings: Settings): Link[] {
  if (spec.keys.some(pattern => pattern.at(-1) === '{}')) return [toLink(String(path.at(-1)), path, spec, settings)]
  const value = settings.value(path)
  if (value === undefined || value === null) return []
  if (spec.oneText === keyText(path)) return inOneText(path, spec, settings)
  const group = groupOf(path, spec, settings)
  // Lists may also be written as one string: the product's mapper turns it into a list.
  const paths = Array.isArray(value) ? value.map((_, index) => [...path, index]) : [path]
  return paths.map(it => toLink(settings.text(it, need(spec)), it, spec, settings, group))
}

/** The group of an address: the table of the array that it stands in. Without a type it is fail-over, as in the product's template. */
function groupOf(path: KeyPath, spec: LinkSpec, settings: Settings): Link['group'] {
  const at = path.findIndex(it => typeof it === 'number')
  if (spec.oneText === undefined || at < 0) return undefined
  const type = settings.maybeText([...path.slice(0, at + 1), 'type'], need(spec))
  return {number: Number(path[at]), inTurn: type === 'loadbalance'}
}

/**
 * Addresses in one text, as the product's data agent takes them: `{tcp://a:9611,tcp://b:9611},{tcp://c:9611|tcp://d:9611}`. Those with a
 * comma between take turns, those with a bar stand in for one another; without braces all are one group.
 */
function inOneText(path: KeyPath, spec: LinkSpec, settings: Settings): Link[] {
  const text = settings.text(path, need(spec)).trim()
  const inBraces = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, group = '']) => group)
  const rest = text.replace(/\{[^{}]*\}/g, '').replace(/[\s,]/g, '')
  if (inBraces.length > 0 && rest !== '') {
    throw settings.wrong(path, need(spec), `${JSON.stringify(text)}, with something beside its groups`)
  }
  return (inBraces.length > 0 ? inBraces : [text]).flatMap((written, i) => {
    const standIn = written.includes('|')
    if (standIn && written.includes(',')) {
      throw settings.wrong(path, need(spec), `${JSON.stringify(text)}, which has both "," and "|" in a group`)
    }
    const group = {number: i, inTurn: !standIn}
    return written.split(/[,|]/).map((it, j) => toLink(it, [...path, i, j], spec, settings, group))
  })
}

function toLink(text: string, path: KeyPath, spec: LinkSpec, settings: Settings, group?: Link['group']): Link {
  // YAML reads `worker:9444:` as the name "worker:9444".
  const written = text.replace(/:$/, '')
  if (spec.ending && !written.endsWith(spec.ending)) {
    throw settings.wrong(path, need(spec), `an address that does not end in ${spec.ending}`)
  }
  try {
    const {host, port, text: address} = parseAddress(written, spec.kind)
    const server = spec.elsewhere?.[port] ?? spec.server
    const {purpose, kind, service, need: needed, standIn} = spec
    const key = keyText(path)
    return {
      server,
      ...(standIn && {standIn}),
      purpose,
      kind,
      service,
      host,
      port,
      address,
      file: settings.file,
      key,
      required: needed === 'required',
      ...(group && {group}),
    }
  } catch (error) {
    throw settings.wrong(path, need(spec), reasonOf(error))
  }
}

/** Two purposes that fall back on one key are one address and one connection. */
function mergeSameKey(links: readonly Link[]): readonly Link[] {
  const byKey = new Map<string, Link>()
  for (const link of links) {
    const same = byKey.get(link.key)
    if (same) {
      byKey.set(link.key, {
        ...same,
        purpose: `${same.purpose}; ${link.purpose}`,
        required: same.required || link.required,
      })
    } else byKey.set(link.key, link)
  }
  return [...byKey.values()]
}
