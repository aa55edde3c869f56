import type {KnownKeys} from '../config/known-keys.js'
import {withPlaceholders} from '../config/placeholders.js'
import {resolveConfig, type ConfigFault} from '../config/resolve.js'
import type {ConfigTable} from '../config/table.js'
import {readToml, type TomlSource} from '../config/toml-source.js'
import {flowingLinks} from '../model/flowing-links.js'
import {readKeyPath} from '../model/key-path.js'
import {rulesOf, type ComponentSpec, type Release} from '../model/release.js'
import {ANY_ROLE} from '../model/roles.js'
import {leavesOf, type Leaf} from './leaves.js'
import {isOpen, maskTemplated} from './templated.js'

/** A file as it is given. */
export interface LintedFile {
  /** As it is shown. */
  readonly file: string
  readonly text: string
  /** The component that it configures; without it, that of its server role. */
  readonly role?: string
  /** The name that other nodes call its node by, where that is known. */
  readonly node?: string
}

/** The keys of a release that is not the one in question. */
export interface OtherKeys {
  readonly release: string
  readonly keys: KnownKeys
}

/** A file with all that rules look at. */
export interface ParsedFile extends LintedFile {
  readonly source: TomlSource
  /** What a tool fills in has branches: what is there twice may be right. */
  readonly branches: boolean
  /** As written. */
  readonly table: ConfigTable
  /** As the product reads it. */
  readonly values: ConfigTable
  readonly leaves: readonly Leaf[]
  readonly faults: readonly ConfigFault[]
  readonly component?: ComponentSpec
  /** It configures a node by itself; a part of a file does not. */
  readonly complete: boolean
}

/** A name that nodes call another one by. */
export interface Host {
  readonly name: string
  readonly component: string
  /** All nodes of the component answer to it. */
  readonly shared?: true
  /** A load balancer answers to it, on ports of its own. */
  readonly balanced?: true
}

/** What is known beyond the files. */
export interface Known {
  /** To name the release that a key is from. */
  readonly others?: readonly OtherKeys[]
  /** Every name that there is: an address that has none of them leads nowhere. */
  readonly hosts?: readonly Host[]
}

export interface LintedSet {
  readonly release: Release
  readonly keys: KnownKeys
  readonly others: readonly OtherKeys[]
  readonly files: readonly ParsedFile[]
  /** Files of several components: they are one set, and others may be asked of each. */
  readonly isSet: boolean
  /** Every name that there is; absent where nobody knows them all. */
  readonly hosts?: readonly Host[]
}

/** Tables that a whole file has, most of them. */
const TABLES = ['server', 'user_store', 'super_admin', 'database', 'keystore', 'truststore']

/** A value by its key, as text; undefined where there is none, or where it is only known where the file is used. */
export function valueAt(table: ConfigTable, key: string): string | undefined {
  const value = readKeyPath(table, key)[0]?.value
  return value === undefined || isOpen(value) ? undefined : value
}

function parsedFile(given: LintedFile, release: Release): ParsedFile {
  const {text, branches} = maskTemplated(given.text)
  const source = readToml(text)
  const role = valueAt(source.table, 'server.server_role')
  const named = release.components.filter(({name, serverRole}) =>
    given.role === undefined
      ? serverRole !== undefined && serverRole !== ANY_ROLE && serverRole === role
      : name === given.role,
  )
  // Where several components have one role, it is the one that every lab has, if there is one such.
  const usual = named.length > 1 ? named.filter(({replicas}) => replicas.usual === undefined) : named
  const component = usual.length === 1 ? usual[0] : undefined
  const {table: resolved, faults} = resolveConfig(source.table, rulesOf(component ?? {}, release))
  const values = withPlaceholders(resolved)
  return {
    ...given,
    source,
    branches,
    table: source.table,
    values,
    leaves: leavesOf(source.table),
    faults,
    ...(component && {component}),
    complete: TABLES.filter(name => name in source.table).length > TABLES.length / 2,
  }
}

/** Reads the files of a set. */
export function lintedSet(
  files: readonly LintedFile[],
  release: Release,
  keys: KnownKeys,
  {others = [], hosts}: Known,
): LintedSet {
  const read = files.map(file => parsedFile(file, release))
  const components = new Set(read.flatMap(({component}) => component?.name ?? []))
  const isSet = components.size > 1
  return {
    release: isSet ? {...release, links: flowingLinks(release.links, name => components.has(name))} : release,
    keys,
    others,
    files: read,
    isSet,
    ...(hosts && {hosts}),
  }
}
