import {LABELS} from '../model/labels.js'
import type {Role} from '../model/roles.js'
import type {ComposeProject} from '../render/compose.js'

interface Labelled {
  readonly labels: Readonly<Record<string, string>>
}

/** Whether a service or volume of the project is for this. */
export const isFor = (role: Role, thing: Labelled | undefined): boolean => thing?.labels[LABELS.role] === role

/** Whether a service is no component's node. */
export const hasRole = ({labels}: Labelled): boolean => labels[LABELS.role] !== undefined

/** Names of the services that are for this: one, or none. */
export const servicesFor = (role: Role, {services}: ComposeProject): readonly string[] =>
  Object.keys(services).filter(name => isFor(role, services[name]))

/** The volume that holds the databases: its key, and its name on the engine. */
export function databaseVolume({volumes}: ComposeProject): {readonly key: string; readonly name: string} | undefined {
  const found = Object.entries(volumes).find(([, volume]) => isFor('database', volume))
  return found && {key: found[0], name: found[1].name}
}
