import {ADMIN} from '../../render/view.js'
import type {LabContext} from '../context.js'
import type {Scene} from '../links/scene.js'
import {Masks} from './masks.js'
import {walkNames} from './names.js'
import {Walk} from './walk.js'
import type {Backend, Ways} from './ways.js'

const SECOND_MS = 1000

/** Policies are made for a minute. */
const WINDOW_MS = 60 * SECOND_MS
/** An alert is raised at the end of a minute, and stored a little later. */
const ALERT_MS = 75 * SECOND_MS
const POLL_MS = 250
const SLOW_POLL_MS = SECOND_MS

/** The first gateway's environment has the product's own name, the others' are their nodes': templates/partials/apim/gateway-environments. */
const FIRST_ENVIRONMENT = 'Production and Sandbox'

export interface WalkInput {
  readonly ways: Ways
  readonly backend: Backend
  readonly kept: boolean
}

/** A walk through a lab that checkWalkable has passed. */
export function walkThrough({topology, signal}: Scene, {ways, backend, kept}: WalkInput, context: LabContext): Walk {
  const {rest, walk} = topology.release
  const {propagationSeconds, sampleBackend} = walk!
  const propagationMs = propagationSeconds * SECOND_MS
  const gateways = topology.nodes.filter(({component}) => component === 'gateway')
  return new Walk({
    ways,
    rest: rest!,
    names: walkNames({kept, now: Date.now()}),
    backend,
    sampleBackend,
    environments: gateways.map(({name, index}) => (index === 1 ? FIRST_ENVIRONMENT : name)),
    admin: ADMIN,
    patience: {
      propagationMs,
      windowMs: WINDOW_MS,
      alertMs: ALERT_MS + propagationMs,
      pollMs: POLL_MS,
      slowPollMs: SLOW_POLL_MS,
    },
    masks: new Masks(),
    signal,
    onWait: (text, subject) => context.reporter.on({subject, state: 'working', text, figure: true}),
  })
}
