import {machineLoad} from '../../http/machine-load.js'
import {underLoad} from '../../model/load.js'
import {ADMIN} from '../../render/view.js'
import type {LabContext} from '../context.js'
import type {RunningLab} from '../links/running-lab.js'
import {configured} from './configured.js'
import {walkNames} from './names.js'
import {Redactor} from '../../model/redactor.js'
import {Walk} from './walk.js'
import type {Backend, Routes} from './routes.js'

const SECOND_MS = 1000

/** Policies are made for a minute. */
const WINDOW_MS = 60 * SECOND_MS
/** An alert is raised at the end of a minute, and stored a little later. */
const ALERT_MS = 75 * SECOND_MS
const POLL_MS = 250
const SLOW_POLL_MS = SECOND_MS

export interface WalkInput {
  readonly routes: Routes
  readonly backend: Backend
  /** What the API of a walk leads to that is kept; absent: all is removed. */
  readonly sampleBackend?: string | undefined
  /** Absent: one of its own. */
  readonly redactor?: Redactor
}

/** A walk through a lab that checkWalkable has passed. */
export async function walkThrough(
  running: RunningLab,
  {routes, backend, sampleBackend, redactor = new Redactor()}: WalkInput,
  context: LabContext,
): Promise<Walk> {
  const {topology, signal} = running
  const {propagationSeconds, forms} = topology.release.walk!
  const propagationMs = underLoad(propagationSeconds * SECOND_MS, machineLoad())
  const {admin, environments} = await configured(running)
  // The usual one is no secret, and a word of many texts.
  if (admin.password !== ADMIN.password) redactor.add(admin.password)
  return new Walk({
    routes,
    forms,
    names: walkNames({kept: sampleBackend !== undefined, now: Date.now()}),
    backend,
    ...(sampleBackend !== undefined && {sampleBackend}),
    environments,
    admin,
    timeouts: {
      propagationMs,
      windowMs: WINDOW_MS,
      alertMs: ALERT_MS + propagationMs,
      pollMs: POLL_MS,
      slowPollMs: SLOW_POLL_MS,
    },
    redactor,
    signal,
    onWait: (text, subject) => context.reporter.on({subject, state: 'working', text, figure: true}),
  })
}
