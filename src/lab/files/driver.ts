import {basename, join} from 'node:path'
import {download, keep, readChecked, sha256} from '../../disk/download.js'
import type {LabFolder} from '../../disk/lab-folder.js'
import {readIfSound} from '../../disk/regular-file.js'
import {LabError, messageOf} from '../../errors.js'
import type {DatabaseServerSpec, DriverSpec} from '../../model/database-server.js'
import {LAB_SETTINGS} from '../../model/settings/lab-settings.js'
import type {Setting} from '../../model/settings/row.js'
import type {Topology} from '../../model/topology.js'
import type {DriverView} from '../../render/compose-view.js'
import type {LabContext} from '../context.js'
import {megabytes, sizeProgress} from '../images/size-progress.js'

/** A JDBC driver on this machine. */
export interface LabDriver extends DriverView {
  readonly content: Uint8Array
}

const ZIP = Buffer.from('PK')

/** Where the driver is downloaded from instead: a mirror of the company's. */
const MIRROR = 'APIM_LAB_DRIVER_URL'

/** The JAR file that the user has said, `image` where the images have one, empty where neither. */
const asked = ({settings, server}: Topology): string => settings[server.settings.driver]

/** Whether some node has a database and an image without a driver. */
export const needsDriver = (topology: Topology): boolean =>
  asked(topology) !== 'image' &&
  topology.nodes.some(({spec, databases}) => spec.driverFolder !== undefined && databases.length > 0)

/** The setting of the server's driver. */
const rowOf = ({driver}: DatabaseServerSpec['settings']): Setting => LAB_SETTINGS[driver]
const flagOf = (settings: DatabaseServerSpec['settings']) => rowOf(settings).flag?.name ?? ''

const unusable = ({settings, driver}: DatabaseServerSpec, path: string, why: string) =>
  new LabError('driver-unusable', `The JDBC driver ${path} ${why}.`, {
    next: [
      `apim-lab up --${flagOf(settings)} PATH (of a ${driver.family})`,
      `apim-lab up (downloads one, without ${rowOf(settings).at})`,
    ],
  })

async function ownDriver(path: string, server: DatabaseServerSpec): Promise<LabDriver> {
  const found = await readChecked(path)
  if (!found) throw unusable(server, path, 'is not there')
  if (!found.content.subarray(0, ZIP.length).equals(ZIP)) throw unusable(server, path, 'is no JAR file')
  return {file: basename(path), ...found}
}

/** The driver that needs no download, if there is one: the lab's own, or the cache's; and what the cache has instead of it. */
async function atHand(topology: Topology, {path}: LabContext['data']) {
  const {server} = topology
  const {file, sha256: sum} = server.driver
  const cached = join(path, 'drivers', file)
  const own = asked(topology)
  if (own !== '') return {cached, driver: await ownDriver(own, server)}
  const found = await readChecked(cached, readIfSound)
  const driver: LabDriver | undefined = found?.sha256 === sum ? {file, ...found} : undefined
  return {cached, driver, found}
}

/** What to do where the driver can't be had: the one file that is missing, and where it goes. */
function unavailable(
  {release, server}: Topology,
  {cached, url}: {readonly cached: string; readonly url: string},
  why: string,
  cause?: unknown,
): LabError {
  const {name, file, sha256: sum} = server.driver
  return new LabError(
    'driver-unavailable',
    `The images of release ${release.name} have no ${server.title} driver, and ${name} can't be had: ${why}.`,
    {
      evidence: [`Wanted: ${file}, SHA-256 ${sum}`],
      next: [
        `curl -fLo ${cached} --create-dirs ${url}`,
        `apim-lab up --${flagOf(server.settings)} PATH (of a JAR that you have)`,
        'apim-lab up --release mini',
      ],
      ...(cause !== undefined && {cause}),
    },
  )
}

const sizeOf = ({bytes}: DriverSpec) => (bytes === undefined ? 'downloaded' : `of ${megabytes(bytes)}`)

/** The driver for nodes whose images have none: the lab's own, the cache's, or one that is downloaded once; undefined where none is needed. */
export async function labDriver(
  topology: Topology,
  {data, reporter, signal, environment}: Pick<LabContext, 'data' | 'reporter' | 'signal' | 'environment'>,
  {offline}: {readonly offline: boolean},
): Promise<LabDriver | undefined> {
  if (!needsDriver(topology)) return undefined
  const {driver, cached, found} = await atHand(topology, data)
  if (driver) return driver
  const wanted = topology.server.driver
  const url = environment[MIRROR] ?? wanted.url
  const fail = (why: string, cause?: unknown) => unavailable(topology, {cached, url}, why, cause)
  if (found && offline) throw fail(`${cached} has the SHA-256 ${found.sha256}`)
  if (offline) throw fail('--offline forbids to download it')
  const onProgress = sizeProgress(reporter, wanted.file, sizeOf(wanted))
  const content = await download(url, {onProgress, signal}).catch((error: unknown) => {
    signal.throwIfAborted()
    const cause = error instanceof Error ? (error.cause ?? error) : error
    throw fail(`${url}: ${messageOf(cause)}`, error)
  })
  const got = sha256(content)
  if (got !== wanted.sha256) throw fail(`${url} sent another file, SHA-256 ${got}`)
  await keep(cached, content)
  reporter.on({subject: wanted.file, state: 'done', text: 'downloaded'})
  return {file: wanted.file, content, sha256: got}
}

/** The driver that `labDriver` would have, and whether it would be downloaded for that. */
export async function plannedDriver(
  topology: Topology,
  {data}: Pick<LabContext, 'data'>,
): Promise<(DriverView & {readonly download: boolean}) | undefined> {
  if (!needsDriver(topology)) return undefined
  const {driver} = await atHand(topology, data)
  const {file, sha256: sum} = topology.server.driver
  return driver ? {...driver, download: false} : {file, sha256: sum, download: true}
}

/** Puts the driver where the rendered compose.yaml mounts it from. */
export const placeDriver = (folder: LabFolder, {file, content}: LabDriver): Promise<void> =>
  folder.writeArtifact(`driver/${file}`, content)
