import {Flags} from '@oclif/core'
import {parseScale} from '../model/scale.js'
import type {RowFlagValues, SettingFlags} from '../model/settings.js'
import {TABLE} from '../model/settings/table.js'
import {flagsOf, valuesOf} from './setting-flags.js'

const {lab, ...others} = flagsOf(TABLE)

/** The flag that every command has. */
export const labFlag = {lab}

/** Flags that say what a lab shall be. */
export const settingFlags = {
  ...others,
  file: Flags.string({summary: 'Lab file; without it the nearest apim-lab.yaml upwards.'}),
  scale: Flags.string({summary: 'Nodes of a component, such as gateway=2; 0 leaves it out.', multiple: true}),
}

/** Their values. */
export interface SettingFlagValues extends RowFlagValues {
  readonly scale?: string[] | undefined
}

/** The settings that flags ask for. */
export function settingsOf({scale, ...flags}: SettingFlagValues): SettingFlags {
  return {...valuesOf(flags, TABLE), ...(scale && {scale: parseScale(scale)})}
}

/** For commands that write configuration files. */
export const strictFlag = {
  strict: Flags.boolean({summary: 'Refuse overlays that contradict the lab instead of keeping its values.'}),
}
