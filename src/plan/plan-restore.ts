import type {ComposeProject} from '../render/compose.js'
import type {ObservedLab} from './observed.js'
import {PlanBuilder} from './plan-builder.js'
import type {Plan} from './operations.js'
import {hasRole, isFor} from './roles.js'

/** Removes helpers of a lab folder that runs that died have left. */
export function planRemoveHelpers({containers}: ObservedLab, folder: string): Plan {
  const plan = new PlanBuilder()
  for (const it of containers)
    if (it.helper && !it.lasting && it.folder === folder)
      plan.add({
        kind: 'remove-container',
        container: it.id,
        subject: it.name,
        cause: 'left by a run that died',
        after: [],
      })
  return plan.build()
}

/** Creates the volumes that a project has and the engine has not. */
export function planMissingVolumes(project: ComposeProject, observed: ObservedLab): Plan {
  const plan = new PlanBuilder()
  for (const [key, {name: subject}] of Object.entries(project.volumes))
    if (!observed.volumes.some(({name}) => name === subject))
      plan.add({kind: 'create-volume', key, subject, cause: 'not there', after: []})
  return plan.build()
}

/**
 * Services that can't go on where the data of these volumes, by key, is replaced: those that use them; and where the databases are among
 * them, every component's node, which has read what is no longer so.
 */
export function servicesOnVolumes(project: ComposeProject, keys: readonly string[]): readonly string[] {
  const isReplaced = (key: string) => keys.includes(key)
  const hasDatabases = keys.some(key => isFor('database', project.volumes[key]))
  return Object.entries(project.services)
    .filter(([, {volumes = []}]) => volumes.some(({type, source}) => type === 'volume' && isReplaced(source)))
    .map(([name]) => name)
    .concat(hasDatabases ? Object.keys(project.services).filter(name => !hasRole(project.services[name]!)) : [])
    .filter((name, i, all) => all.indexOf(name) === i)
}

/** The project and the lab without some services, which stay as they are. */
export const withoutServices = (
  project: ComposeProject,
  observed: ObservedLab,
  left: readonly string[],
): {readonly project: ComposeProject; readonly observed: ObservedLab} => ({
  project: {
    ...project,
    services: Object.fromEntries(Object.entries(project.services).filter(([name]) => !left.includes(name))),
  },
  observed: {
    ...observed,
    containers: observed.containers.filter(({service, helper}) => helper || !left.includes(service)),
  },
})
