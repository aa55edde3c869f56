import {LABELS} from '../model/labels.js'
import type {ComposeProject, ComposeService} from '../render/compose.js'
import {isFor} from './roles.js'

/** Operations of a plan after which a service is so far; none where nothing has to be done for it. */
export interface Reached {
  readonly started: (service: string) => readonly number[]
  readonly ready: (service: string) => readonly number[]
  /** The databases have their tables, or what makes them has all scripts. */
  readonly schema: (service: string) => readonly number[]
}

/** Services that all others start after, by their label. What they depend on themselves is started before them. */
export const firstServices = ({services}: ComposeProject): readonly string[] =>
  Object.keys(services).filter(name => services[name]!.labels[LABELS.starts] === 'first')

/** What a service is started after: its `depends_on`, where it does not say by a label that the schema is enough, and what starts first. */
export function gatesOf(name: string, project: ComposeProject, reached: Reached): readonly number[] {
  const service: ComposeService | undefined = project.services[name]
  const gates = Object.keys(service?.depends_on ?? {}).flatMap(gate => {
    const other = project.services[gate]
    const isEnough = service?.labels[LABELS.waitsFor] === 'schema' && isFor('database', other)
    return isEnough || isFor('schema', other) ? reached.schema(gate) : reached.ready(gate)
  })
  return [...gates, ...firstServices(project).flatMap(reached.started)]
}
