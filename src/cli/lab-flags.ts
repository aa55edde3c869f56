import {resolve} from 'node:path'
import {Flags} from '@oclif/core'
import type {SettingFlags} from '../model/resolve-settings.js'
import {parseScale} from '../model/scale.js'

/** Flags that say what a lab shall be. */
export const settingFlags = {
  release: Flags.string({summary: 'Release to run, such as 3.2.0 or mini.'}),
  file: Flags.string({summary: 'Lab file; without it the nearest apim-lab.yaml upwards.'}),
  scale: Flags.string({summary: 'Nodes of a component, such as gateway=2; 0 leaves it out.', multiple: true}),
  analytics: Flags.boolean({summary: 'With or without the analytics components.', allowNo: true}),
  'port-offset': Flags.integer({
    summary: 'Added to every published port, for labs side by side.',
    min: 0,
    max: 50_000,
  }),
  small: Flags.boolean({summary: 'Less memory for each JVM: slower, and large APIs may not fit.', allowNo: true}),
  driver: Flags.string({summary: 'JDBC driver, a JAR file, for images that have none.', helpValue: 'PATH'}),
}

/** Their values. */
export interface SettingFlagValues {
  readonly lab?: string | undefined
  readonly release?: string | undefined
  readonly scale?: string[] | undefined
  readonly analytics?: boolean | undefined
  readonly 'port-offset'?: number | undefined
  readonly small?: boolean | undefined
  readonly driver?: string | undefined
}

/** The settings that flags ask for. */
export function settingsOf(flags: SettingFlagValues): SettingFlags {
  return {
    ...(flags.lab !== undefined && {lab: flags.lab}),
    ...(flags.release !== undefined && {release: flags.release}),
    ...(flags.scale && {scale: parseScale(flags.scale)}),
    ...(flags.analytics !== undefined && {analytics: flags.analytics}),
    ...(flags['port-offset'] !== undefined && {portOffset: flags['port-offset']}),
    ...(flags.small !== undefined && {small: flags.small}),
    // Kept by the lab: it must be found from other folders too.
    ...(flags.driver !== undefined && {mysqlDriver: resolve(flags.driver)}),
  }
}

/** For commands that write configuration files. */
export const strictFlag = {
  strict: Flags.boolean({summary: 'Refuse overlays that contradict the lab instead of keeping its values.'}),
}
