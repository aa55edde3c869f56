import type {Readable} from 'node:stream'
import type Docker from 'dockerode'
import {LABELS} from '../model/labels.js'
import {Lines} from './demultiplex.js'
import {toLabError} from './engine-errors.js'

/** A container of a lab that has just been started. */
export interface StartedContainer {
  readonly id: string
  readonly service: string
  readonly component: string
}

/** Tells of every start of a lab's containers, helpers left out. Resolves once the engine listens; an abort ends it quietly. */
export async function containerStarts(
  docker: Docker,
  lab: string,
  signal: AbortSignal,
): Promise<AsyncGenerator<StartedContainer>> {
  const stream = (await docker.getEvents({
    filters: {label: [`${LABELS.lab}=${lab}`], type: ['container'], event: ['start']},
    abortSignal: signal,
  })) as Readable
  signal.addEventListener('abort', () => stream.destroy(), {once: true})
  return startsIn(stream, signal)
}

async function* startsIn(stream: Readable, signal: AbortSignal): AsyncGenerator<StartedContainer> {
  const lines = new Lines()
  try {
    for await (const chunk of stream)
      for (const line of lines.push(chunk as Buffer)) {
        const {Actor: actor} = JSON.parse(line) as {Actor: {ID: string; Attributes: Record<string, string>}}
        if (actor.Attributes[LABELS.helper] !== undefined) continue
        yield {
          id: actor.ID,
          service: actor.Attributes[LABELS.node] ?? '',
          component: actor.Attributes[LABELS.component] ?? '',
        }
      }
  } catch (error) {
    if (!signal.aborted) throw toLabError(error, 'listening to the engine')
  }
}
