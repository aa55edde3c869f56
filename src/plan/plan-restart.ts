import type {ComposeProject} from '../render/compose.js'
import {firstServices, gatesOf, type Reached} from './gates.js'
import type {ObservedContainer, ObservedLab} from './observed.js'
import type {Plan} from './operations.js'
import {PlanBuilder} from './plan-builder.js'
import {NO_SCHEMA, type SchemaState} from './schema-state.js'

export interface PlanNodesInput {
  readonly observed: ObservedLab
  /** Gates and grace periods; a lab whose folder is gone has none, and all nodes start at once. */
  readonly project: ComposeProject | undefined
  /** Services to act on. */
  readonly services: readonly string[]
  readonly schema?: SchemaState
}

const isLast = ({stopsLast}: ObservedContainer) => stopsLast === true

const graceOf = (project: ComposeProject | undefined, service: string) =>
  Number.parseInt(project?.services[service]?.stop_grace_period ?? '10s', 10)

function chosen({observed, services}: PlanNodesInput): readonly ObservedContainer[] {
  return observed.containers.filter(container => !container.helper && services.includes(container.service))
}

/** What stops last comes after the others, which may still have something to write to it. */
function stopAll(plan: PlanBuilder, input: PlanNodesInput, cause: string): ReadonlyMap<string, number> {
  const stops = new Map<string, number>()
  const running = chosen(input).filter(({state}) => state === 'running' || state === 'paused')
  for (const container of running.toSorted((a, b) => Number(isLast(a)) - Number(isLast(b)))) {
    const {service, id, state} = container
    const after = isLast(container) ? [...stops.values()] : []
    // A paused process can't handle its stop signal.
    const awake =
      state === 'paused' ? [plan.add({kind: 'unpause-container', service, subject: service, cause, after})] : after
    const step = {kind: 'stop-container', container: id, graceSeconds: graceOf(input.project, service)} as const
    stops.set(service, plan.add({...step, subject: service, cause, after: awake}))
  }
  return stops
}

function startAll(plan: PlanBuilder, input: PlanNodesInput, stops: ReadonlyMap<string, number>, cause: string): void {
  const started = new Map<string, readonly number[]>()
  const ready = new Map<string, readonly number[]>()
  const of = (steps: ReadonlyMap<string, readonly number[]>) => (service: string) => steps.get(service) ?? []
  const {complete} = input.schema ?? NO_SCHEMA
  const reached: Reached = {started: of(started), ready: of(ready), schema: of(complete ? started : ready)}
  const first = input.project ? firstServices(input.project) : []
  const rank = (service: string, seen: readonly string[] = []): number =>
    seen.includes(service) || (seen.length === 0 && first.includes(service))
      ? 0
      : 1 +
        Math.max(
          0,
          ...Object.keys(input.project?.services[service]?.depends_on ?? {}).map(gate =>
            rank(gate, [...seen, service]),
          ),
        )
  for (const {service, state, role} of chosen(input).toSorted((a, b) => rank(a.service) - rank(b.service))) {
    // The schema service has done its work when the volume was made.
    if (role === 'schema') continue
    const gates = input.project ? gatesOf(service, input.project, reached) : []
    const stopped = stops.get(service)
    const step = {subject: service, cause, service}
    const wait = (id: number) => ready.set(service, [plan.add({...step, kind: 'wait-ready', after: [id]})])
    if (state === 'paused' && stopped === undefined) wait(plan.add({...step, kind: 'unpause-container', after: []}))
    else if (state !== 'running' || stopped !== undefined) {
      const after = [...gates, ...(stopped === undefined ? [] : [stopped])]
      const start = plan.add({...step, kind: 'start-container', after})
      started.set(service, [start])
      wait(start)
    }
  }
}

/** Starts what is there and does not run, in the order of the gates; changes no configuration. */
export function planStart(input: PlanNodesInput): Plan {
  const plan = new PlanBuilder()
  startAll(plan, input, new Map(), 'asked for')
  return plan.build()
}

/** Stops what runs; containers, networks and volumes stay. */
export function planStop(input: PlanNodesInput): Plan {
  const plan = new PlanBuilder()
  stopAll(plan, input, 'asked for')
  return plan.build()
}

export function planRestart(input: PlanNodesInput): Plan {
  const plan = new PlanBuilder()
  startAll(plan, input, stopAll(plan, input, 'restart'), 'restart')
  return plan.build()
}
