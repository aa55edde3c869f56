import type {ComposeProject} from '../render/compose.js'
import type {ObservedContainer, ObservedLab} from './observed.js'
import type {Plan} from './operations.js'
import {PlanBuilder} from './plan-builder.js'
import {isFor} from './roles.js'
import {NO_SCHEMA, type SchemaState} from './schema-state.js'

export interface PlanNodesInput {
  readonly observed: ObservedLab
  /** Gates and grace periods; a lab whose folder is gone has none, and all nodes start at once. */
  readonly project: ComposeProject | undefined
  /** Services to act on. */
  readonly services: readonly string[]
  readonly schema?: SchemaState
}

const isDatabase = ({role}: ObservedContainer) => role === 'database'

const graceOf = (project: ComposeProject | undefined, service: string) =>
  Number.parseInt(project?.services[service]?.stop_grace_period ?? '10s', 10)

function chosen({observed, services}: PlanNodesInput): readonly ObservedContainer[] {
  return observed.containers.filter(container => !container.helper && services.includes(container.service))
}

/** The database server last, so that others can still write while they stop. */
function stopAll(plan: PlanBuilder, input: PlanNodesInput, cause: string): ReadonlyMap<string, number> {
  const stops = new Map<string, number>()
  const running = chosen(input).filter(({state}) => state === 'running' || state === 'paused')
  for (const container of running.toSorted((a, b) => Number(isDatabase(a)) - Number(isDatabase(b)))) {
    const {service, id, state} = container
    const after = isDatabase(container) ? [...stops.values()] : []
    // A paused process can't handle its stop signal.
    const awake =
      state === 'paused' ? [plan.add({kind: 'unpause-container', service, subject: service, cause, after})] : after
    const step = {kind: 'stop-container', container: id, graceSeconds: graceOf(input.project, service)} as const
    stops.set(service, plan.add({...step, subject: service, cause, after: awake}))
  }
  return stops
}

function startAll(plan: PlanBuilder, input: PlanNodesInput, stops: ReadonlyMap<string, number>, cause: string): void {
  const ready = new Map<string, number>()
  const {complete, waiters} = input.schema ?? NO_SCHEMA
  const rank = (service: string, seen: readonly string[] = []): number =>
    seen.includes(service)
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
    const gates = Object.keys(input.project?.services[service]?.depends_on ?? {})
      .filter(gate => !(isFor('database', input.project?.services[gate]) && complete && waiters.has(service)))
      .flatMap(gate => ready.get(gate) ?? [])
    const stopped = stops.get(service)
    const step = {subject: service, cause, service}
    const wait = (after: readonly number[]) => ready.set(service, plan.add({...step, kind: 'wait-ready', after}))
    if (state === 'paused' && stopped === undefined) wait([plan.add({...step, kind: 'unpause-container', after: []})])
    else if (state !== 'running' || stopped !== undefined)
      wait([
        plan.add({...step, kind: 'start-container', after: [...gates, ...(stopped === undefined ? [] : [stopped])]}),
      ])
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
