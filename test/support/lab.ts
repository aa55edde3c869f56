import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {FOUR_COMPONENTS} from '../fixtures/four-components.js'
import {buildTopology} from '../../src/model/build-topology.js'
import {mixReleases} from '../../src/model/mix-releases.js'
import {allReleases, findRelease} from '../../src/model/releases/index.js'
import type {LabSettings} from '../../src/model/settings.js'
import type {Topology} from '../../src/model/topology.js'
import {releaseDefaults} from '../../src/model/release-defaults.js'
import {renderLab, type RenderedLab} from '../../src/render/render.js'
import type {Secrets} from '../../src/render/secrets.js'
import type {TlsMaterial} from '../../src/render/tls.js'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const VERSION = '0.0.0-test'

/** Every release, and one with other components, for what is to know none by name. */
export const RELEASES = [...allReleases(VERSION), FOUR_COMPONENTS]

/** Settings of a lab called `apim`, with these changes. */
export function settings(changes: Partial<LabSettings> = {}): LabSettings {
  const {release = 'mini'} = changes
  return {...releaseDefaults(findRelease(release, RELEASES)), lab: 'apim', release, ...changes}
}

export function topology(changes: Partial<LabSettings> = {}): Topology {
  const all = settings(changes)
  return buildTopology(all, mixReleases(findRelease(all.release, RELEASES), all, RELEASES))
}

/** Templates below a folder, by path without `.hbs`. */
function templatesBelow(folder: string): readonly (readonly [string, string])[] {
  const files = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(file => file.endsWith('.hbs'))
  return files.map(file => [file.slice(0, -'.hbs'.length), readFileSync(join(folder, file), 'utf8')])
}

let everyTemplate: ReadonlyMap<string, string> | undefined

/** Every template of the repository, and those of the release with other components. */
export const templates = (): ReadonlyMap<string, string> =>
  (everyTemplate ??= new Map(
    [join(ROOT, 'templates'), join(ROOT, 'test/fixtures/four-components')].flatMap(templatesBelow),
  ))

/** Secrets that are none, the same in every run. */
export const secrets = ({release}: Topology): Secrets => ({
  databaseRoot: 'root-secret',
  accounts: Object.fromEntries(release.components.map(({name}) => [name, `${name}-secret`])),
  probeAccount: 'probe-secret',
  adminAccount: 'admin-secret',
  keyStore: 'key-store-secret',
  encryptionKey: '0123456789abcdef'.repeat(4),
})

export const TLS: TlsMaterial = {
  certificate: 'certificate\n',
  key: 'key\n',
  authority: 'authority\n',
  keyStore: 'key store\n',
  trustStore: 'trust store\n',
}

const renderedLabs = new Map<string, RenderedLab>()

/** The files of a lab with these changes, which are rendered once for all that look at them. */
export function rendered(changes: Partial<LabSettings> = {}): RenderedLab {
  const key = JSON.stringify(changes)
  const known = renderedLabs.get(key)
  if (known) return known
  const lab = topology(changes)
  const made = renderLab({
    topology: lab,
    templates: templates(),
    secrets: secrets(lab),
    tls: TLS,
    folder: '/labs/apim',
  })
  renderedLabs.set(key, made)
  return made
}
