import {randomBytes} from 'node:crypto'
import {posix} from 'node:path'
import type Docker from 'dockerode'
import type {ContainerCreateOptions, MountSettings} from 'dockerode'
import {machineLoad} from '../http/machine-load.js'
import {LABELS} from '../model/labels.js'
import {loadRemark, underLoad} from '../model/load.js'
import type {SeedRecipe} from '../render/seed.js'
import {filesAt} from './archive.js'
import {orNothing} from './engine-errors.js'
import {withHelper, type HelperOwner} from './helper-container.js'
import {archive} from './images/archive.js'
import {lastLines} from './node-end.js'
import {SeedFailure} from './seed-failure.js'
import {removeSeeds, removeUnused} from './seeds.js'

export interface SeedOptions {
  readonly docker: Docker
  readonly owner: HelperOwner
  readonly recipe: SeedRecipe
  readonly signal: AbortSignal
}

/** For a first start of a server with all scripts, or a copy of what that makes. */
const DEADLINE_MS = 300_000
/** Of several that make the same seed at once each may find the mark of another that has gone. */
const TRIES = 3

/** The volume that has the data of a seed; undefined where there is no such seed, or it has lost its data. */
export async function seedData(docker: Docker, {name, hash}: SeedRecipe): Promise<string | undefined> {
  const mark = await orNothing(docker.getVolume(name).inspect())
  const data = mark?.Labels?.[LABELS.seedData]
  if (data === undefined || mark?.Labels[LABELS.seed] !== hash) return undefined
  return (await orNothing(docker.getVolume(data).inspect())) && data
}

/**
 * Makes a seed in a container without a network. Its volume comes with that container, so one that no container uses and no seed names
 * was left by a run that died. Throws `SeedFailure`.
 */
export async function fillSeed(options: SeedOptions): Promise<void> {
  const {docker, owner, recipe, signal} = options
  const {name, hash, server, files, fill} = recipe
  await removeSeeds(docker)
  const scripts = await scriptsOf(options)
  const data = `${name}-${randomBytes(4).toString('hex')}`
  const Labels = {[LABELS.seed]: hash}
  const container = bash(server, fill, [volume(data, server.data, {Labels})])
  const isOurs = await withHelper(docker, owner, container, async made => {
    await made.putArchive(await tarOf({...files, ...scripts}), {path: '/'})
    await run(docker, made, signal)
    return (await markWhole(docker, recipe, data)) === data
  })
  if (!isOurs) await removeUnused(docker, data)
}

/** Copies a seed into a volume, unless that has whole data already. Throws `SeedFailure`. */
export async function cloneSeed({docker, owner, recipe, signal}: SeedOptions, target: string): Promise<void> {
  const data = await seedData(docker, recipe)
  if (data === undefined) throw new SeedFailure(`the seed ${recipe.name} is gone`)
  const Labels = {[LABELS.seed]: recipe.hash}
  const mounts = [volume(data, '/seed', {Labels}, true), volume(target, recipe.server.data)]
  await withHelper(docker, owner, bash(recipe.server, recipe.clone, mounts), made => run(docker, made, signal))
}

/** Others may make the same seed: the first that is whole stays. Returns the volume that has the data then. */
async function markWhole(docker: Docker, recipe: SeedRecipe, data: string): Promise<string> {
  const {name, hash, images} = recipe
  const Labels = {[LABELS.seed]: hash, [LABELS.seedData]: data, [LABELS.seedImages]: images.join()}
  for (let i = 0; i < TRIES; i++) {
    await docker.createVolume({Name: name, Labels})
    const whole = await seedData(docker, recipe)
    if (whole !== undefined) return whole
    // It names data that somebody removed.
    await removeUnused(docker, name)
  }
  throw new SeedFailure(`the volume ${name} is not what it should be`)
}

/** The release's schema scripts by their path, out of an image that is never started. */
function scriptsOf({docker, owner, recipe: {scripts}}: SeedOptions): Promise<Readonly<Record<string, string>>> {
  const options = {Image: scripts.image, ...platformOf(scripts)}
  return withHelper(docker, owner, options, async ({id}) => {
    const found: Record<string, string> = {}
    for (const path of scripts.paths) {
      const text = (await filesAt(docker, id, path))?.at(-1)?.text
      if (text === undefined) throw new SeedFailure(`${scripts.image} has no ${path}`)
      found[path] = text
    }
    return found
  })
}

const platformOf = ({platform}: {readonly platform: string}) => (platform === '' ? {} : {platform})

const tarOf = (files: Readonly<Record<string, string>>) =>
  archive(
    new Map(
      Object.entries(files).map(([path, text]) => [
        posix.relative('/', path),
        {content: Buffer.from(text), mode: 0o644},
      ]),
    ),
  )

function volume(
  Source: string,
  Target: string,
  VolumeOptions?: {readonly Labels: Readonly<Record<string, string>>},
  ReadOnly = false,
): MountSettings {
  return {Type: 'volume', Source, Target, ReadOnly, ...(VolumeOptions && {VolumeOptions})} as MountSettings
}

const bash = (
  server: SeedRecipe['server'],
  script: string,
  Mounts: MountSettings[],
): ContainerCreateOptions & {readonly platform?: string} => ({
  Image: server.image,
  ...platformOf(server),
  User: '0:0',
  Entrypoint: ['bash', '-c', script],
  Cmd: [],
  HostConfig: {Mounts, CapAdd: [...server.capabilities]},
})

/** Runs it to its end. */
async function run(docker: Docker, container: Docker.Container, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(underLoad(DEADLINE_MS, machineLoad()))
  await container.start()
  const status = await ended(container, AbortSignal.any([signal, limit])).catch((error: unknown) => {
    if (signal.aborted || !limit.aborted) throw error
    throw new SeedFailure(`it took too long${loadRemark(machineLoad())}`)
  })
  if (status === 0) return
  const [last] = await lastLines(docker, container.id, 1)
  throw new SeedFailure(last ?? `it ended with exit code ${status}`)
}

async function ended(container: Docker.Container, abortSignal: AbortSignal): Promise<number> {
  const {StatusCode} = (await container.wait({abortSignal})) as {StatusCode: number}
  return StatusCode
}
