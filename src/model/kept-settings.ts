import * as z from 'zod'
import {LabError} from '../errors.js'
import type {LabSettings} from './settings.js'
import type {Settings} from './settings/row.js'
import {TABLE, type SettingsTable} from './settings/table.js'

/** Raised when an older apim-lab could misread what a newer one keeps. */
const VERSION = 1

const optional = (rows: Settings) =>
  Object.fromEntries(Object.entries(rows).map(([key, {kept}]) => [key, kept.exactOptional()]))

const groupsOf = ({groups}: SettingsTable) =>
  Object.fromEntries(
    Object.entries(groups).map(([key, {rows}]) => [
      key,
      z.record(z.string(), z.object(optional(rows))).exactOptional(),
    ]),
  )

const keptSchema = (table: SettingsTable) => z.object({...optional({...table.names, ...table.lab}), ...groupsOf(table)})

const unusable = (why: string, cause?: unknown) =>
  new LabError('settings-conflict', `What this lab keeps of its settings can't be used: ${why}.`, {
    next: ['apim-lab up --reset'],
    ...(cause !== undefined && {cause}),
  })

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unusable('it is invalid JSON', error)
  }
}

/** The settings that a lab already has. Throws `settings-conflict` when they are damaged or of another version. */
export function parseKept(text: string, table: SettingsTable = TABLE): Partial<LabSettings> {
  const value = parseJson(text)
  const version = z.object({version: z.number()}).safeParse(value).data?.version
  if (version !== VERSION) {
    throw unusable(
      version === undefined
        ? 'it has no version'
        : `it has version ${version}, and this apim-lab knows version ${VERSION}`,
    )
  }
  return checkKept(value, table)
}

/** The same, of settings that have no version with them. Throws `settings-conflict`. */
export function checkKept(value: unknown, table: SettingsTable = TABLE): Partial<LabSettings> {
  const checked = keptSchema(table).safeParse(value)
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]
  throw unusable(`${issue?.path.join('.')}: ${issue?.message}`, checked.error)
}

/** Paths of the kept settings that a lab file had asked for, such as `components.gateway.overlay`; none where the text is damaged. */
export function pathsFromLabFile(text: string): readonly string[] {
  try {
    return z.object({fromLabFile: z.array(z.string())}).safeParse(JSON.parse(text)).data?.fromLabFile ?? []
  } catch {
    return []
  }
}

const sorted = <T>(values: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))

/** The settings as the lab folder keeps them, and which of them a lab file asked for. */
export function keptJson(settings: LabSettings, fromLabFile: readonly string[] = []): string {
  const {lab, release, components, nodes, ...others} = settings
  const kept = {version: VERSION, lab, release, ...others, components: sorted(components), nodes: sorted(nodes)}
  return `${JSON.stringify({...kept, ...(fromLabFile.length > 0 && {fromLabFile})}, null, 2)}\n`
}
