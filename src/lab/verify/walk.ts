import {randomUUID} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import type {HttpRequest} from '../../model/exchange.js'
import {SERVICES, type ServiceName} from '../../model/services.js'
import type {PayloadForms} from '../../model/walk.js'
import {machineLoad} from '../../http/machine-load.js'
import {loadRemark} from '../../model/load.js'
import {messageOf} from '../../errors.js'
import {StepFailure, type Call} from './call.js'
import type {Found} from './found.js'
import type {Names} from './names.js'
import type {Redactor} from '../../model/redactor.js'
import type {Backend, Route, Routes, ServiceEndpoint} from './routes.js'

/** Header by which the product follows a call through its nodes: AM_ACTIVITY_ID of APIConstants.java, carbon-apimgt v6.7.206. */
const CORRELATION = 'activityid'

export interface Timeouts {
  /** How long a change may take to be everywhere. */
  readonly propagationMs: number
  /** The window of a throttling policy. */
  readonly windowMs: number
  /** How long after the window an alert may come. */
  readonly alertMs: number
  readonly pollMs: number
  /** Between two looks where minutes are waited for. */
  readonly slowPollMs: number
}

/** An environment of gateways, and the host name that clients call its APIs by. */
export interface Environment {
  readonly name: string
  readonly vhost: string
}

export interface WalkOptions {
  readonly routes: Routes
  readonly forms: PayloadForms
  readonly names: Names
  readonly backend: Backend
  /** Called from each gateway node; lives on after a walk that keeps what it made. */
  readonly sampleBackend?: string
  /** Those that an API is deployed to. */
  readonly environments: readonly Environment[]
  readonly admin: {readonly username: string; readonly password: string}
  readonly timeouts: Timeouts
  readonly redactor: Redactor
  readonly signal: AbortSignal
  /** Told what is waited for, by which step. */
  readonly onWait: (text: string, step: string) => void
}

export interface Made {
  readonly what: string
  readonly remove: () => Promise<Call>
  /** Left where things shall be kept. */
  readonly kept: boolean
  /** Removed after all others, though older ones use it. */
  readonly last: boolean
}

/** One walk through the lab: what its steps ask, what they found, and what they made. */
export class Walk {
  readonly made: Made[] = []
  /** When the first call of the walk was made. */
  readonly since = Date.now()
  /** Calls of the walk's API that its backend answered. */
  answeredCalls = 0
  /** The step that is being done. */
  step = ''
  readonly #found: Partial<Found> = {}
  #signal: AbortSignal

  constructor(readonly options: WalkOptions) {
    this.#signal = options.signal
  }

  get names(): Names {
    return this.options.names
  }

  get gateways(): readonly Route[] {
    return this.options.routes.gateways
  }

  has(service: ServiceName): boolean {
    return this.options.routes.to(service) !== undefined
  }

  /** Where users ask a service. Throws for one that the lab does not have: no step is done without its services. */
  to(service: ServiceName): ServiceEndpoint {
    const endpoint = this.options.routes.to(service)
    if (!endpoint) throw new Error(`the lab has no ${SERVICES[service]}`)
    return endpoint
  }

  /** What an earlier step found: the table of steps sees to it that there was one. */
  get<K extends keyof Found>(key: K): Found[K] {
    const value = this.#found[key]
    if (value === undefined) throw new Error(`no step before this one found ${key}`)
    return value as Found[K]
  }

  set<K extends keyof Found>(key: K, value: Found[K]): void {
    this.#found[key] = value
  }

  /** Remembers what has to be removed in the end, the last one first. */
  remember(what: string, remove: () => Promise<Call>, {kept = false, last = false} = {}): void {
    this.made.push({what, remove, kept, last})
  }

  /** One call. A network error is an answer of status 0. */
  async ask(endpoint: ServiceEndpoint, request: HttpRequest, how: 'ask' | 'send' = 'ask'): Promise<Call> {
    this.#signal.throwIfAborted()
    const id = randomUUID()
    const {route, port} = endpoint
    const {method} = request
    // What may make something is waited for also when the walk is stopped: only its answer says what is to be removed.
    const signal = method === 'GET' ? this.#signal : new AbortController().signal
    const path = `${endpoint.path}${request.path}`
    const asked = {...request, path, headers: {...request.headers, [CORRELATION]: id}}
    const answer = await endpoint[how](asked, signal).catch((error: unknown) => ({
      status: 0,
      headers: {},
      body: messageOf(error),
    }))
    signal.throwIfAborted()
    return {id, route, port, method, path, ...answer}
  }

  /** Goes on trying until the answer is good. Throws StepFailure with the last answer after the deadline. */
  async until(
    expected: string,
    attempt: () => Promise<Call>,
    good: (call: Call) => boolean,
    {propagationMs: deadlineMs, pollMs}: Pick<Timeouts, 'propagationMs' | 'pollMs'> = this.options.timeouts,
  ): Promise<Call> {
    const deadline = Date.now() + deadlineMs
    for (;;) {
      const call = await attempt()
      if (good(call)) return call
      if (Date.now() > deadline)
        throw new StepFailure(`${expected} within ${Math.ceil(deadlineMs / 1000)} s`, call, loadRemark(machineLoad()))
      this.wait(`${expected}; so far ${call.status === 0 ? call.body : `HTTP ${call.status}`}`)
      await delay(pollMs, undefined, {signal: this.#signal})
    }
  }

  wait(text: string): void {
    this.options.onWait(`waiting for ${this.options.redactor.redact(text)}`, this.step)
  }

  /** From now on another signal stops the walk: what was made is removed also after the first one. */
  continueUnder(signal: AbortSignal): void {
    this.#signal = signal
  }
}
