import type {ObservedContainer, ObservedLab} from './observed.js'
import type {Plan} from './operations.js'
import {PlanBuilder} from './plan-builder.js'

export interface PlanDownOptions {
  readonly volumes: boolean
}

/** Removes all that the engine has of a lab; needs nothing but its labels. Volumes stay unless asked for. */
export function planDown(observed: ObservedLab, {volumes}: PlanDownOptions): Plan {
  const plan = new PlanBuilder()
  const stopped = planStops(plan, observed.containers, volumes)
  const removed = new Map(
    observed.containers.map(({id, service, name}) => {
      const after = stopped.has(id) ? [stopped.get(id)!] : []
      return [id, plan.add({kind: 'remove-container', container: id, subject: service || name, cause: 'down', after})]
    }),
  )
  // A network may go before what stops last has stopped, if that is not in it.
  for (const {name, key} of observed.networks) {
    const members = observed.containers.filter(({networks}) => networks.includes(key))
    const after = members.map(({id}) => removed.get(id)!)
    plan.add({kind: 'remove-network', name, subject: name, cause: 'down', after})
  }
  if (volumes)
    for (const {name} of observed.volumes)
      plan.add({kind: 'remove-volume', name, subject: name, cause: '--volumes', after: [...removed.values()]})
  return plan.build()
}

/**
 * Returns the number of each container's stop. What stops last has waited for all others, which may still have something to write; it has no
 * time to put its data in order where that goes too. No other is killed: engine 20.10 can lock itself up when a whole lab ends in the same
 * moment.
 */
function planStops(
  plan: PlanBuilder,
  containers: readonly ObservedContainer[],
  volumes: boolean,
): ReadonlyMap<string, number> {
  const stopped = new Map<string, number>()
  const running = containers.filter(({state, helper}) => state === 'running' && !helper)
  const stop = ({id, service}: ObservedContainer, after: readonly number[], grace: {graceSeconds?: number} = {}) => {
    stopped.set(id, plan.add({kind: 'stop-container', container: id, subject: service, cause: 'down', after, ...grace}))
  }
  const others = running.filter(({stopsLast}) => stopsLast !== true)
  for (const container of others) stop(container, [])
  const last = running.filter(({stopsLast}) => stopsLast === true)
  if (last.length > 0) {
    // Their processes are enough: their networks are taken down while that one stops.
    const ended = others.map(({id, service}) =>
      plan.add({kind: 'wait-end', container: id, subject: service, cause: 'down', after: []}),
    )
    for (const container of last) stop(container, ended, volumes ? {graceSeconds: 0} : {})
  }
  return stopped
}
