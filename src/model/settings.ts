import type {COMPONENT_SETTINGS, NODE_SETTINGS} from './settings/component-settings.js'
import {LAB_SETTINGS} from './settings/lab-settings.js'
import type {NAMES} from './settings/lab-settings.js'
import type {TextFile} from './settings/files.js'
import {defaultsOf, type FlagSettingsOf, type FlagValuesOf, type Settings, type SettingsOf} from './settings/row.js'

export type {MountedFile, TextFile} from './settings/files.js'
export {DEFAULT_LAB} from './settings/lab-settings.js'
export {MOST_PORT_OFFSET} from './settings/values.js'

/** What can be said of a component: rows of COMPONENT_SETTINGS. */
export type ComponentSettings = SettingsOf<typeof COMPONENT_SETTINGS>

/** What can be said of a single node; it is stronger than what its component says. */
export type NodeSettings = SettingsOf<typeof NODE_SETTINGS>

/** A lab as it shall be: flags over lab file over what the lab already has over defaults. Rows of NAMES and LAB_SETTINGS. */
export interface LabSettings extends Required<SettingsOf<typeof NAMES>>, SettingsOf<typeof LAB_SETTINGS> {
  /** By component; the database server and the load balancer too. */
  readonly components: Readonly<Record<string, ComponentSettings>>
  /** By node: `gateway-2`. */
  readonly nodes: Readonly<Record<string, NodeSettings>>
}

type FlagRows = typeof NAMES & typeof LAB_SETTINGS

/** The settings that flags ask for. */
export interface SettingFlags extends FlagSettingsOf<FlagRows> {
  /** Replicas by component. */
  readonly scale?: Readonly<Record<string, number>>
}

/** Values of the flags that are rows of the table, by their names. */
export type RowFlagValues = FlagValuesOf<FlagRows>

/** What is laid over a node's rendered configuration: the weakest overlay first, then what is removed. */
export interface ConfigLayers {
  readonly config?: TextFile
  readonly overlays: readonly TextFile[]
  readonly remove: readonly string[]
}

export const DEFAULTS = {...defaultsOf(LAB_SETTINGS), components: {}, nodes: {}} satisfies Omit<
  LabSettings,
  'lab' | 'release'
>

/** Settings that belong to what is stored in the databases, and why. */
export const storedSettings = (rows: Settings = LAB_SETTINGS) =>
  Object.entries(rows).flatMap(([key, {stored}]) =>
    stored === undefined ? [] : [{key: key as keyof LabSettings, why: stored}],
  )
