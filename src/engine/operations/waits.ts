import {LabError} from '../../errors.js'
import {LABELS} from '../../model/labels.js'
import {lastLines} from '../node-end.js'
import {schemaLogged} from '../schema-log.js'
import type {ContainerOperations} from './containers.js'
import {projectOf, type PerformContext} from './context.js'

/** What a plan waits for. */
export class WaitOperations {
  /** By service: waits for readiness that have begun. */
  readonly #ready = new Map<string, Promise<void>>()

  constructor(
    readonly context: PerformContext,
    readonly containers: ContainerOperations,
  ) {}

  async exit(service: string, signal: AbortSignal): Promise<void> {
    const container = this.containers.of(service)
    const {StatusCode} = (await container.wait({abortSignal: signal})) as {StatusCode: number}
    if (StatusCode === 0) return
    const evidence = await lastLines(this.context.docker, container.id)
    throw new LabError(
      'schema-failed',
      `${service} could not copy the schema scripts out of the image (exit code ${StatusCode}).`,
      {evidence, next: [`apim-lab logs ${service}`]},
    )
  }

  async ready(service: string, signal: AbortSignal): Promise<void> {
    const ready = this.context.readiness?.waitReady(service, this.containers.of(service).id, signal)
    if (ready) this.#ready.set(service, ready)
    await ready
  }

  /** Done when the database server's log says that its scripts have run, or it is ready, whichever is first. */
  async schema(service: string, signal: AbortSignal): Promise<void> {
    const ready = this.#ready.get(service)
    if (!ready) throw new Error(`nobody waits for ${service}`)
    const container = this.containers.of(service).id
    const done = projectOf(this.context).services[service]?.labels[LABELS.schemaLog]
    await either(signal, until => [
      ready,
      ...(done === undefined ? [] : [schemaLogged(this.context.docker, {container, done}, until)]),
    ])
  }

  /** Done when the process of a container that is being stopped has ended: what waits for that alone need not wait for the engine. */
  async end(id: string, signal: AbortSignal): Promise<void> {
    await either(signal, until => [this.containers.stopped(id), this.#ended(id, until)])
  }

  async #ended(id: string, signal: AbortSignal): Promise<void> {
    while ((await this.context.ends.next(id, signal)) !== 'ended');
  }
}

/** Settles with the first; the signal that they are given ends the others. */
async function either(signal: AbortSignal, begin: (until: AbortSignal) => readonly Promise<unknown>[]): Promise<void> {
  const over = new AbortController()
  const promises = begin(AbortSignal.any([signal, over.signal]))
  for (const promise of promises) promise.catch(() => undefined)
  try {
    await Promise.race(promises)
  } finally {
    over.abort()
  }
}
