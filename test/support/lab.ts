import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {buildTopology} from '../../src/model/build-topology.js'
import {mixReleases} from '../../src/model/mix-releases.js'
import {allReleases, findRelease} from '../../src/model/releases/index.js'
import {DEFAULTS, type LabSettings} from '../../src/model/settings.js'
import type {Topology} from '../../src/model/topology.js'
import {renderLab, type RenderedLab} from '../../src/render/render.js'
import type {Secrets} from '../../src/render/secrets.js'
import type {TlsMaterial} from '../../src/render/tls.js'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const VERSION = '0.0.0-test'

/** Settings of a lab called `apim`, with these changes. */
export const settings = (changes: Partial<LabSettings> = {}): LabSettings => ({
  ...DEFAULTS,
  lab: 'apim',
  release: 'mini',
  ...changes,
})

export function topology(changes: Partial<LabSettings> = {}): Topology {
  const all = settings(changes)
  const releases = allReleases(VERSION)
  return buildTopology(all, mixReleases(findRelease(all.release, releases), all, releases))
}

/** Every template of the repository, by path without `.hbs`. */
export function templates(): ReadonlyMap<string, string> {
  const folder = join(ROOT, 'templates')
  const files = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(file => file.endsWith('.hbs'))
  return new Map(files.map(file => [file.slice(0, -'.hbs'.length), readFileSync(join(folder, file), 'utf8')]))
}

/** Secrets that are none, the same in every run. */
export const secrets = ({release}: Topology): Secrets => ({
  mysqlRoot: 'root-secret',
  accounts: Object.fromEntries(release.components.map(({name}) => [name, `${name}-secret`])),
  probeAccount: 'probe-secret',
  adminAccount: 'admin-secret',
  keyStore: 'key-store-secret',
})

export const TLS: TlsMaterial = {
  certificate: 'certificate\n',
  key: 'key\n',
  authority: 'authority\n',
  keyStore: 'key store\n',
  trustStore: 'trust store\n',
}

export function rendered(changes: Partial<LabSettings> = {}): RenderedLab {
  const lab = topology(changes)
  return renderLab({topology: lab, templates: templates(), secrets: secrets(lab), tls: TLS, folder: '/labs/apim'})
}
