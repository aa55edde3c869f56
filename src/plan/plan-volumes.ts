import type {ComposeProject} from '../render/compose.js'
import type {ObservedLab} from './observed.js'
import type {PlanBuilder} from './plan-builder.js'
import type {SchemaState} from './schema-state.js'
import {databaseVolume, servicesFor} from './roles.js'
import {databaseSource, type SeedState} from './seed-state.js'

export interface VolumePlan {
  /** By key: the operation that creates it. */
  readonly created: ReadonlyMap<string, number>
  /** The operation after which the database server has databases that were copied. */
  readonly cloned?: number
  /** The database server needs the release's scripts. */
  readonly needsScripts: boolean
}

interface VolumePlanInput {
  readonly project: ComposeProject
  readonly observed: ObservedLab
  readonly schema: SchemaState
  readonly seed: SeedState | undefined
  /** Operations that come before. */
  readonly after: readonly number[]
}

/** Adds the lab's volumes, and the copy of the databases that it begins with. */
export function planVolumes(plan: PlanBuilder, {project, observed, schema, seed, after}: VolumePlanInput): VolumePlan {
  const data = databaseVolume(project)
  const server = servicesFor('database', project)
  const source = databaseSource(observed, data?.name ?? '', schema, seed)
  const isSeeded = seed !== undefined && (source === 'seed' || source === 'new-seed')
  const filled =
    isSeeded && source === 'new-seed'
      ? [
          plan.add({
            kind: 'fill-seed',
            subject: seed.name,
            cause: 'not there',
            services: [...server, ...servicesFor('schema', project)],
            after,
          }),
        ]
      : []
  const created = new Map<string, number>()
  for (const [key, {name: subject}] of Object.entries(project.volumes)) {
    if (observed.volumes.some(({name}) => name === subject)) continue
    const step = {kind: 'create-volume', key, subject, cause: 'not there'} as const
    // For a volume that is there no seed is made: so that it is made by the next run if this one dies, it comes first.
    const begins = key === data?.key && isSeeded ? ({after: [...after, ...filled], fromSeed: true} as const) : {after}
    created.set(key, plan.add({...step, ...begins}))
  }
  const needsScripts = source === 'scripts'
  if (!isSeeded || !data) return {created, needsScripts}
  const volume = created.get(data.key)
  const cloned = plan.add({
    kind: 'clone-seed',
    services: server,
    key: data.key,
    seed: seed.name,
    subject: server[0] ?? data.name,
    cause: volume === undefined ? 'not seen whole yet' : 'its volume is new',
    after: [...after, ...filled, ...(volume === undefined ? [] : [volume])],
  })
  return {created, cloned, needsScripts}
}
