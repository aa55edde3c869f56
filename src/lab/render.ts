import {resolve} from 'node:path'
import {LabFolder} from '../disk/lab-folder.js'
import {targetState} from '../disk/render-target.js'
import {LabError} from '../errors.js'
import {checkFiles} from './checks/check-files.js'
import {checkOverlays} from './checks/check-overlays.js'
import type {LabContext} from './context.js'
import {labDriver, needsDriver, placeDriver} from './files/driver.js'
import {placeFiles} from './files/own-files.js'
import {renderInto} from './files/render-lab.js'
import {resolveOffline, type LabRequest} from './resolve/resolve-lab.js'
import {warnOfSettings} from './checks/warn-of-settings.js'

export interface RenderOptions extends LabRequest {
  /** Folder that the files go to; without it `<lab>-rendered` in the working directory. */
  readonly output?: string
  /** A configuration file of the user's that contradicts the lab is an error. */
  readonly strict?: boolean
}

export interface RenderResult {
  readonly lab: string
  readonly release: string
  readonly releaseReason: string
  readonly folder: string
  readonly files: readonly string[]
  /** Images that no registry has: `up` builds them. */
  readonly builtImages: readonly string[]
}

const REFUSALS = {
  foreign: 'is not empty, and no lab was rendered into it',
  'no-folder': 'is not a folder',
} as const

/** Writes a lab as plain files that `docker compose up` runs. Asks no engine. */
export async function render({output, strict, ...options}: RenderOptions, context: LabContext): Promise<RenderResult> {
  const resolved = await resolveOffline(options, context)
  const {lab, topology, release, releaseReason, folder: kept} = resolved
  const path = resolve(options.workingDirectory, output ?? `${lab}-rendered`)
  const state = await targetState(path)
  if (state !== 'free' && state !== 'ours')
    throw new LabError('usage-invalid', `${path} ${REFUSALS[state]}.`, {
      next: ['apim-lab render --output another-folder'],
    })
  warnOfSettings(resolved, context.reporter)
  await checkOverlays(topology, context, strict)
  await checkFiles(topology, context, {stop: false})
  await kept.ensure()
  const driver = await labDriver(topology, context, {offline: true}).catch((error: unknown) => {
    if (!(error instanceof LabError) || error.code !== 'driver-unavailable') throw error
    return undefined
  })
  // Where it is not at hand, the files are rendered for the one that is missing.
  const {driver: usual} = topology.server
  const missing = driver === undefined && needsDriver(topology)
  const {rendered} = await renderInto(kept, topology, context, {target: path, driver: missing ? usual : driver})
  if (missing)
    context.reporter.on({
      subject: lab,
      state: 'warning',
      text: `put ${usual.name} into ${path}/artifacts/driver before you start it: ${usual.url}`,
    })
  const folder = new LabFolder(path)
  await folder.ensure()
  await folder.writeRendered(rendered.files)
  if (driver) await placeDriver(folder, driver)
  await placeFiles(topology, kept, folder)
  const images = Object.values(rendered.project.services).map(({image}) => image)
  return {
    lab,
    release: release.name,
    releaseReason,
    folder: path,
    files: rendered.files.map(file => file.path).toSorted(),
    builtImages: [...new Set(images)].filter(image => image.startsWith('apim-lab/')),
  }
}
