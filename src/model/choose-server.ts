import {LabError} from '../errors.js'
import type {DatabaseServerSpec} from './database-server.js'
import type {Release} from './release.js'
import {DATABASE_SERVERS} from './releases/servers/index.js'
import {LAB_SETTINGS} from './settings/lab-settings.js'
import type {SettingFlag} from './settings/row.js'
import {DEFAULTS, type LabSettings} from './settings.js'

const titleOf = (name: string) => DATABASE_SERVERS.find(server => server.name === name)?.title ?? name

/** The first setting of another server that is not as it is by default. Which image an unused server would have matters to nobody. */
function foreignSetting(server: DatabaseServerSpec, settings: LabSettings) {
  const others = DATABASE_SERVERS.filter(({name}) => name !== server.name)
  const images = others.map(other => other.settings.image as string)
  const defaults: Readonly<Record<string, unknown>> = DEFAULTS
  for (const other of others) {
    for (const [key, row] of Object.entries(LAB_SETTINGS)) {
      const {at, flag} = row as {at?: string; flag?: SettingFlag}
      if (at?.startsWith(`${other.name}.`) !== true || images.includes(key)) continue
      if (settings[key as keyof typeof LAB_SETTINGS] !== defaults[key])
        return {what: flag ? `${at} (--${flag.name})` : at, title: other.title}
    }
    if (Object.hasOwn(settings.components, other.name)) return {what: other.name, title: other.title}
  }
  return undefined
}

/**
 * The lab's database server. Throws `usage-invalid` for one that the release can't be used with, and for a setting of another server: it
 * would do nothing.
 */
export function chooseServer(release: Release, settings: LabSettings): DatabaseServerSpec {
  const server = release.servers.find(({name}) => name === settings.database)
  if (!server)
    throw new LabError(
      'usage-invalid',
      `Release ${release.name} can't be used with ${titleOf(settings.database)}: ${release.serversReason}.`,
      {
        next: [
          `apim-lab up --database ${release.servers[0].name}`,
          `apim-lab up --release 3.2.0 --database ${settings.database}`,
        ],
      },
    )
  const foreign = foreignSetting(server, settings)
  if (!foreign) return server
  throw new LabError(
    'usage-invalid',
    `${foreign.what} is for ${foreign.title}, and the database server of this lab is ${server.title}.`,
    {next: ['Remove it from the lab file', 'apim-lab up --reset (forgets what flags asked for)']},
  )
}
