import type {ComposeProject, ComposeService} from '../render/compose.js'
import {decide, type Decision} from './decision.js'
import {firstServices, gatesOf, type Reached} from './gates.js'
import type {ObservedContainer, ObservedLab} from './observed.js'
import type {Plan} from './operations.js'
import {PlanBuilder} from './plan-builder.js'
import {planVolumes} from './plan-volumes.js'
import {hasRole, isFor} from './roles.js'
import {NO_SCHEMA, type SchemaState} from './schema-state.js'
import type {SeedState} from './seed-state.js'

export interface PlanUpInput {
  readonly project: ComposeProject
  readonly observed: ObservedLab
  /** By image name: the id that the engine has now. */
  readonly imageIds: ReadonlyMap<string, string>
  /** By service: what was written anew for it in this run. */
  readonly changed?: ReadonlyMap<string, string>
  readonly schema?: SchemaState
  /** Absent where none can be made: then the database server makes its databases from the release's scripts. */
  readonly seed?: SeedState | undefined
}

/** Services in the order of their gates. The template's gates form no cycle: release data is checked by a test. */
function inGateOrder(project: ComposeProject): readonly (readonly [string, ComposeService])[] {
  const placed = new Map<string, ComposeService>()
  const place = (name: string, path: readonly string[]) => {
    const service = project.services[name]
    if (!service || placed.has(name)) return
    if (path.includes(name)) throw new Error(`start gates form a cycle: ${[...path, name].join(' -> ')}`)
    for (const gate of Object.keys(service.depends_on ?? {})) place(gate, [...path, name])
    placed.set(name, service)
  }
  for (const name of [...firstServices(project), ...Object.keys(project.services)]) place(name, [])
  return [...placed]
}

const list = (id: number | undefined) => (id === undefined ? [] : [id])

/** What stands between the engine as it is and the lab as it shall be. Pure; adds nothing where nothing is to do. */
export function planUp({
  project,
  observed,
  imageIds,
  changed = new Map(),
  schema = NO_SCHEMA,
  seed,
}: PlanUpInput): Plan {
  const plan = new PlanBuilder()
  const removals = removeUnplanned(plan, project, observed)
  const networks = new Map<string, number>()
  for (const [key, network] of Object.entries(project.networks))
    if (!observed.networks.some(({name}) => name === network.name))
      networks.set(key, plan.add({kind: 'create-network', key, subject: network.name, cause: 'not there', after: []}))
  const {created: volumes, cloned, needsScripts} = planVolumes(plan, {project, observed, schema, seed, after: removals})

  const ready = new Map<string, number>()
  const kept: string[] = []
  let schemaDone: number | undefined
  const started = (service: string) =>
    plan.build().flatMap(step => (step.kind === 'start-container' && step.service === service ? [step.id] : []))
  const reached: Reached = {
    started,
    ready: service => list(ready.get(service)),
    schema(service) {
      const isScripts = isFor('schema', project.services[service])
      // What the database server has made stays: nobody waits for the schema twice.
      if (schema.complete) return isScripts ? [] : started(service)
      if (cloned !== undefined) return isScripts ? [cloned] : started(service)
      const waits = ready.get(service)
      if (waits === undefined || isScripts) return list(waits)
      return [(schemaDone ??= plan.addBeside(waits, 'wait-schema'))]
    },
  }
  for (const [name, service] of inGateOrder(project)) {
    const existing = observed.containers.find(container => container.service === name && !container.helper)
    const oneShot = isFor('schema', service)
    if (oneShot && !needsScripts && !existing) continue
    const decision = decide({
      service,
      observed: existing,
      imageId: imageIds.get(service.image),
      changed: changed.get(name),
      oneShot,
    })
    const needs = (map: ReadonlyMap<string, number>, keys: readonly string[]) => keys.flatMap(key => map.get(key) ?? [])
    const done = planService({
      plan,
      name,
      service,
      decision,
      oneShot,
      existing,
      // A helper that a dead run left may hold a network that has to go, and an unplanned node a port.
      before: [
        ...removals,
        // All networks: the helper that waits for nodes joins one of them.
        ...networks.values(),
        ...needs(volumes, service.volumes?.map(({source}) => source) ?? []),
      ],
      gates: () => gatesOf(name, project, reached),
    })
    if (done !== undefined) ready.set(name, done)
    // The others are ready whatever becomes of nodes.
    if (decision.kind === 'keep' && !hasRole(service)) kept.push(name)
  }
  const steps = plan.build()
  const waits = steps.flatMap(({kind, id}) => (kind === 'wait-ready' ? [id] : []))
  // Those that stay may have lost a node that they need for a while: the database server, or a peer of theirs.
  if (steps.some(({kind}) => kind === 'start-container'))
    for (const name of kept)
      plan.add({kind: 'wait-ready', service: name, subject: name, cause: 'others were started', after: waits})
  return plan.build()
}

/** What it made may still be there: it alone knows how that is ended, for `fault clear`. */
const isLeftFault = ({fault, state, exitCode}: ObservedContainer) =>
  fault !== undefined && state === 'exited' && exitCode !== 0

function removeUnplanned(plan: PlanBuilder, project: ComposeProject, observed: ObservedLab): readonly number[] {
  return observed.containers.flatMap(container => {
    if (
      (container.lasting && container.state === 'running') ||
      isLeftFault(container) ||
      (!container.helper && project.services[container.service])
    )
      return []
    const cause = container.helper ? 'left by a run that died' : 'no longer in the lab'
    return [removeContainer(plan, container, {cause, service: project.services[container.service]})]
  })
}

interface Removal {
  readonly cause: string
  /** As it is in the project; absent: it is not. */
  readonly service?: ComposeService | undefined
  readonly after?: readonly number[]
}

/** Stops it where it runs, then removes it. Returns the removal's number. */
function removeContainer(
  plan: PlanBuilder,
  container: ObservedContainer,
  {cause, service, after = []}: Removal,
): number {
  const subject = container.service || container.name
  // A paused container can't handle its stop signal, and a helper has nothing to lose: removal kills them.
  const stops = container.state === 'running' && !container.helper
  const graceSeconds = service ? Number.parseInt(service.stop_grace_period, 10) : 10
  const stop = stops
    ? [plan.add({kind: 'stop-container', subject, cause, container: container.id, graceSeconds, after})]
    : after
  return plan.add({kind: 'remove-container', subject, cause, container: container.id, after: stop})
}

interface ServicePlan {
  readonly plan: PlanBuilder
  readonly name: string
  readonly service: ComposeService
  readonly decision: Decision
  /** It runs once and ends. */
  readonly oneShot: boolean
  readonly existing: ObservedContainer | undefined
  readonly before: readonly number[]
  /** Asked only where something is to be started. */
  readonly gates: () => readonly number[]
}

/** Adds what one service needs. Returns the operation after which it is ready, if anything is to do. */
function planService({
  plan,
  name,
  service,
  decision,
  oneShot,
  existing,
  before,
  gates,
}: ServicePlan): number | undefined {
  const subject = name
  const missing = Object.keys(service.networks ?? {}).slice(decision.kind === 'create' ? 1 : 0)
  const connect = (cause: string, after: readonly number[]) =>
    missing
      .filter(key => decision.kind === 'create' || !existing?.networks.includes(key))
      .map(network => plan.add({kind: 'connect-network', service: name, network, subject, cause, after}))

  if (decision.kind === 'keep') {
    const connected = oneShot ? [] : connect('not connected', before)
    return connected.at(-1)
  }
  const {cause} = decision
  const wait = (after: readonly number[]) =>
    plan.add({kind: oneShot ? 'wait-exit' : 'wait-ready', service: name, subject, cause, after})
  if (decision.kind === 'wait') return wait(connect('not connected', before))
  if (decision.kind === 'unpause') {
    const connected = connect('not connected', before)
    return wait([plan.add({kind: 'unpause-container', service: name, subject, cause, after: connected})])
  }
  let prepared = [...before]
  if (decision.kind === 'create') {
    if (decision.replaces) prepared.push(removeContainer(plan, decision.replaces, {cause, service, after: before}))
    prepared = [plan.add({kind: 'create-container', service: name, subject, cause, after: prepared})]
  }
  const connected = connect(cause, prepared)
  const start = plan.add({
    kind: 'start-container',
    service: name,
    subject,
    cause,
    after: [...(connected.length > 0 ? connected : prepared), ...gates()],
  })
  return wait([start])
}
