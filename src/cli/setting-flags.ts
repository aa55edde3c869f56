import {resolve} from 'node:path'
import {Errors, Flags, type Interfaces} from '@oclif/core'
import * as z from 'zod'
import type {RowFlagValues, SettingFlags} from '../model/settings.js'
import type {Setting, SettingFlag, Settings} from '../model/settings/row.js'
import type {SettingsTable} from '../model/settings/table.js'

type RowFlags = {readonly [N in keyof RowFlagValues]-?: Interfaces.OptionFlag<RowFlagValues[N]>}
type FlaggedRow = Setting & {readonly flag: SettingFlag}

const flagged = (rows: Settings) =>
  Object.entries(rows).flatMap(([key, row]) => (row.flag ? [[key, row as FlaggedRow] as const] : []))

/** What the lab file takes, a flag takes too. oclif names the flag in the error. */
function checked({schema}: FlaggedRow, written: string): string {
  const {error} = schema.safeParse(written)
  if (!error) return written
  throw new Errors.CLIError(`${error.issues[0]?.message}, got ${JSON.stringify(written)}`)
}

function flagOf(row: FlaggedRow, isName: boolean) {
  const {schema, text, flag} = row
  const {summary = `${text}.`, helpValue, char, env, isPath} = flag
  const options = {summary, ...(helpValue && {helpValue}), ...(char && {char}), ...(env && {env})}
  if (schema instanceof z.ZodBoolean) return Flags.boolean({...options, allowNo: true})
  if (schema instanceof z.ZodNumber) {
    return Flags.integer({...options, min: schema.minValue ?? 0, max: schema.maxValue ?? Number.MAX_SAFE_INTEGER})
  }
  return isName || isPath
    ? Flags.string(options)
    : Flags.string({...options, parse: async written => checked(row, written)})
}

/** The flags of a table. What names a lab or a release is checked where their names are known. */
export function flagsOf({names, lab}: Pick<SettingsTable, 'names' | 'lab'>): RowFlags {
  const flags = [...flagged(names).map(of => [of, true] as const), ...flagged(lab).map(of => [of, false] as const)]
  return Object.fromEntries(
    flags.map(([[, row], isName]) => [row.flag.name, flagOf(row, isName)]),
  ) as unknown as RowFlags
}

/** The settings that values of the table's flags ask for. */
export function valuesOf(values: RowFlagValues, {names, lab}: Pick<SettingsTable, 'names' | 'lab'>): SettingFlags {
  const byFlag = values as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    flagged({...names, ...lab}).flatMap(([key, {flag, value}]) => {
      const written = byFlag[flag.name]
      if (written === undefined) return []
      return [[key, flag.isPath ? resolve(written as string) : value(written)]]
    }),
  )
}
