import type Docker from 'dockerode'
import type {ObservedLab} from '../../plan/observed.js'
import type {ComposeProject} from '../../render/compose.js'
import type {SeedRecipe} from '../../render/seed.js'
import type {ContainerEnds} from '../events.js'
import type {Readiness} from '../readiness.js'
import {withoutDuplicates} from '../duplicate-networks.js'

export interface PerformContext {
  readonly docker: Docker
  readonly folder: string
  /** Absent where only removals are planned. */
  readonly project?: ComposeProject
  readonly observed: ObservedLab
  /** The seed that the plan speaks of. */
  readonly seed?: SeedRecipe
  readonly readiness?: Readiness
  readonly ends: ContainerEnds
  /** Asked before a volume or a container is created. */
  readonly beforeCreate?: () => Promise<void>
}

/** The project that the plan was made for. Throws where there is none: a bug in the plan. */
export function projectOf({project}: PerformContext): ComposeProject {
  if (!project) throw new Error('this plan needs a compose project')
  return project
}

/** Runs a call that names networks of the lab: by default all of the project's. */
export function namingNetworks<T>(
  {docker, folder, project}: PerformContext,
  action: () => Promise<T>,
  names: readonly string[] = Object.values(project?.networks ?? {}).map(({name}) => name),
): Promise<T> {
  return withoutDuplicates({docker, folder, names}, action)
}

type Labels = Readonly<Record<string, string>> | undefined

/** Whether all of these labels are there, and the same. */
export const sameLabels = (found: Labels, wanted: Labels, keys: readonly string[]): boolean =>
  keys.every(key => found?.[key] !== undefined && found[key] === wanted?.[key])

/** Awaits a call, and takes the errors that mean "it is so already" for success. */
export async function unless(isFine: (error: unknown) => boolean, action: Promise<unknown>): Promise<void> {
  try {
    await action
  } catch (error) {
    if (!isFine(error)) throw error
  }
}
