import {MYSQL} from '../model/topology.js'
import type {ObservedLab} from './observed.js'
import type {Plan} from './operations.js'
import {PlanBuilder} from './plan-builder.js'

export interface PlanDownOptions {
  readonly volumes: boolean
  /** By service; what is not in it gets 10 s. */
  readonly graceSeconds?: ReadonlyMap<string, number>
}

const GRACE_SECONDS = 10

/** Removes all that the engine has of a lab; needs nothing but its labels. Volumes stay unless asked for. */
export function planDown(observed: ObservedLab, {volumes, graceSeconds = new Map()}: PlanDownOptions): Plan {
  const plan = new PlanBuilder()
  const stopped = new Map<string, number>()
  // MySQL last: what stops before it may still have something to write.
  const order = observed.containers.toSorted((a, b) => Number(a.service === MYSQL) - Number(b.service === MYSQL))
  for (const container of order) {
    if (container.state !== 'running' || container.helper) continue
    const after = container.service === MYSQL ? [...stopped.values()] : []
    const grace = graceSeconds.get(container.service) ?? GRACE_SECONDS
    stopped.set(
      container.id,
      plan.add({
        kind: 'stop-container',
        container: container.id,
        graceSeconds: grace,
        subject: container.service,
        cause: 'down',
        after,
      }),
    )
  }
  const removed = order.map(({id, service, name}) =>
    plan.add({
      kind: 'remove-container',
      container: id,
      subject: service || name,
      cause: 'down',
      after: stopped.has(id) ? [stopped.get(id)!] : [],
    }),
  )
  for (const {name} of observed.networks)
    plan.add({kind: 'remove-network', name, subject: name, cause: 'down', after: removed})
  if (volumes)
    for (const {name} of observed.volumes)
      plan.add({kind: 'remove-volume', name, subject: name, cause: '--volumes', after: removed})
  return plan.build()
}
