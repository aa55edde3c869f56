import type {StepName, WalkSpec} from '../../model/walk.js'
import {alert, counted} from './steps/analytics.js'
import {create, keep, portal, publish} from './steps/api.js'
import {apiKey, call, noToken, opaque, scope} from './steps/calls.js'
import {application, appToken, keys, subscribe} from './steps/consumer.js'
import {comment, document, newVersion, rating} from './steps/contents.js'
import {block, revoke} from './steps/control.js'
import {deploy, undeploy} from './steps/deployment.js'
import {register, token} from './steps/entry.js'
import {appLimit, limit, limitOver} from './steps/limits.js'
import {service} from './steps/service.js'
import {tidy} from './steps/tidy.js'
import {webSocket} from './steps/web-socket.js'
import type {Walk} from './walk.js'

export interface Step {
  readonly name: StepName
  readonly title: string
  /** Steps without which it can't be done. */
  readonly needs: readonly StepName[]
  /** Does it and says what was seen. Throws StepFailure. */
  readonly run: (walk: Walk) => Promise<string>
}

/**
 * The life of an API, in the order in which it is walked. What takes a minute is begun early and looked at late: a throttling window and
 * an alert run while other steps are done.
 */
const WALK: readonly Step[] = [
  {name: 'register', title: 'register a client', needs: [], run: register},
  {name: 'token', title: 'get a token for the REST APIs', needs: ['register'], run: token},
  {name: 'tidy', title: 'remove what earlier walks left', needs: ['token'], run: tidy},
  {name: 'create', title: 'create an API', needs: ['token'], run: create},
  {name: 'deploy', title: 'deploy a revision of it', needs: ['create'], run: deploy},
  {name: 'publish', title: 'publish it', needs: ['create'], run: publish},
  {name: 'portal', title: 'find it in the portal', needs: ['publish'], run: portal},
  {name: 'document', title: 'add a document, and read it in the portal', needs: ['portal'], run: document},
  {name: 'comment', title: 'comment on it', needs: ['portal'], run: comment},
  {name: 'rating', title: 'rate it', needs: ['portal'], run: rating},
  {name: 'application', title: 'create an application', needs: ['token'], run: application},
  {name: 'keys', title: 'generate its keys', needs: ['application'], run: keys},
  {name: 'subscribe', title: 'subscribe it to the API', needs: ['application', 'publish'], run: subscribe},
  {name: 'app-token', title: 'get a token for the application', needs: ['keys'], run: appToken},
  {name: 'call', title: 'call the API', needs: ['deploy', 'subscribe', 'app-token'], run: call},
  {name: 'no-token', title: 'call it without a token', needs: ['deploy', 'publish'], run: noToken},
  {name: 'scope', title: 'call a resource that needs a scope', needs: ['call'], run: scope},
  {name: 'opaque', title: 'call it with an opaque token', needs: ['call'], run: opaque},
  {name: 'limit', title: "exceed a resource's policy", needs: ['call'], run: limit},
  {name: 'app-limit', title: "exceed an application's policy", needs: ['call'], run: appLimit},
  {name: 'block', title: 'block the API for a while', needs: ['call'], run: block},
  {name: 'revoke', title: 'revoke a token', needs: ['call'], run: revoke},
  {name: 'api-key', title: 'call it with an API key', needs: ['call'], run: apiKey},
  {name: 'new-version', title: 'make a new version of it', needs: ['create'], run: newVersion},
  {name: 'service', title: 'make an API of a service in the catalog', needs: ['token'], run: service},
  {name: 'web-socket', title: 'echo over WebSocket', needs: ['subscribe', 'app-token'], run: webSocket},
  {name: 'counted', title: 'find the calls in analytics', needs: ['call'], run: counted},
  {name: 'limit-over', title: "call after the policy's window", needs: ['limit'], run: limitOver},
  {name: 'alert', title: 'find an alert in analytics', needs: ['app-limit'], run: alert},
  {name: 'undeploy', title: 'undeploy it, and deploy it again', needs: ['call'], run: undeploy},
]

const KEEP: Step = {name: 'keep', title: 'point the API at a backend that stays', needs: ['call'], run: keep}

/** Those that a release's walk has; what they need of others is not asked for. */
const stepsOf = (steps: readonly Step[], {links}: Pick<WalkSpec, 'links'>): readonly Step[] =>
  steps.filter(({name}) => name in links).map(step => ({...step, needs: step.needs.filter(need => need in links)}))

/** The steps of `verify`. */
export const verifySteps = (kept: boolean, walk: Pick<WalkSpec, 'links'>): readonly Step[] =>
  stepsOf(kept ? [...WALK, KEEP] : WALK, walk)

const SEED: readonly StepName[] = [
  'register',
  'token',
  'create',
  'deploy',
  'publish',
  'application',
  'keys',
  'subscribe',
  'app-token',
  'call',
]

/** The steps that make an API which can be called. */
export const seedSteps = (walk: Pick<WalkSpec, 'links'>): readonly Step[] =>
  stepsOf(
    WALK.filter(({name}) => SEED.includes(name)),
    walk,
  )
