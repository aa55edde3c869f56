import {basename, join} from 'node:path'
import {download, keep, readChecked, sha256} from '../../disk/download.js'
import type {LabFolder} from '../../disk/lab-folder.js'
import {readIfSound} from '../../disk/regular-file.js'
import {LabError, messageOf} from '../../errors.js'
import {DRIVER} from '../../model/driver.js'
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

/** Whether some node has a database and an image without a driver. */
export const needsDriver = ({nodes, settings}: Topology): boolean =>
  settings.mysqlDriver !== 'image' &&
  nodes.some(({spec, databases}) => spec.driverFolder !== undefined && databases.length > 0)

const unusable = (path: string, why: string) =>
  new LabError('driver-unusable', `The JDBC driver ${path} ${why}.`, {
    next: ['apim-lab up --driver PATH (of a MySQL Connector/J)', 'apim-lab up (downloads one, without mysql.driver)'],
  })

async function ownDriver(path: string): Promise<LabDriver> {
  const found = await readChecked(path)
  if (!found) throw unusable(path, 'is not there')
  if (!found.content.subarray(0, ZIP.length).equals(ZIP)) throw unusable(path, 'is no JAR file')
  return {file: basename(path), ...found}
}

/** The driver that needs no download, if there is one: the lab's own, or the cache's; and what the cache has instead of it. */
async function atHand({settings: {mysqlDriver}}: Topology, {path}: LabContext['data']) {
  const cached = join(path, 'drivers', DRIVER.file)
  if (mysqlDriver !== '') return {cached, driver: await ownDriver(mysqlDriver)}
  const found = await readChecked(cached, readIfSound)
  const driver: LabDriver | undefined = found?.sha256 === DRIVER.sha256 ? {file: DRIVER.file, ...found} : undefined
  return {cached, driver, found}
}

/** What to do where the driver can't be had: the one file that is missing, and where it goes. */
function unavailable(release: string, cached: string, url: string, why: string, cause?: unknown): LabError {
  return new LabError(
    'driver-unavailable',
    `The images of release ${release} have no MySQL driver, and ${DRIVER.name} can't be had: ${why}.`,
    {
      evidence: [`Wanted: ${DRIVER.file}, SHA-256 ${DRIVER.sha256}`],
      next: [
        `curl -fLo ${cached} --create-dirs ${url}`,
        'apim-lab up --driver PATH (of a JAR that you have)',
        'apim-lab up --release mini',
      ],
      ...(cause !== undefined && {cause}),
    },
  )
}

/** The driver for nodes whose images have none: the lab's own, the cache's, or one that is downloaded once; undefined where none is needed. */
export async function labDriver(
  topology: Topology,
  {data, reporter, signal, environment}: Pick<LabContext, 'data' | 'reporter' | 'signal' | 'environment'>,
  {offline}: {readonly offline: boolean},
): Promise<LabDriver | undefined> {
  if (!needsDriver(topology)) return undefined
  const {driver, cached, found} = await atHand(topology, data)
  if (driver) return driver
  const url = environment[MIRROR] ?? DRIVER.url
  const fail = (why: string, cause?: unknown) => unavailable(topology.release.name, cached, url, why, cause)
  if (found && offline) throw fail(`${cached} has the SHA-256 ${found.sha256}`)
  if (offline) throw fail('--offline forbids to download it')
  const onProgress = sizeProgress(reporter, DRIVER.file, `of ${megabytes(DRIVER.bytes)}`)
  const content = await download(url, {onProgress, signal}).catch((error: unknown) => {
    signal.throwIfAborted()
    const cause = error instanceof Error ? (error.cause ?? error) : error
    throw fail(`${url}: ${messageOf(cause)}`, error)
  })
  const got = sha256(content)
  if (got !== DRIVER.sha256) throw fail(`${url} sent another file, SHA-256 ${got}`)
  await keep(cached, content)
  reporter.on({subject: DRIVER.file, state: 'done', text: 'downloaded'})
  return {file: DRIVER.file, content, sha256: got}
}

/** The driver that `labDriver` would have, and whether it would be downloaded for that. */
export async function plannedDriver(
  topology: Topology,
  {data}: Pick<LabContext, 'data'>,
): Promise<(DriverView & {readonly download: boolean}) | undefined> {
  if (!needsDriver(topology)) return undefined
  const {driver} = await atHand(topology, data)
  return driver ? {...driver, download: false} : {file: DRIVER.file, sha256: DRIVER.sha256, download: true}
}

/** Puts the driver where the rendered compose.yaml mounts it from. */
export const placeDriver = (folder: LabFolder, {file, content}: LabDriver): Promise<void> =>
  folder.writeArtifact(`driver/${file}`, content)
