import type {Readable} from 'node:stream'
import type Docker from 'dockerode'
import {LABELS} from '../model/labels.js'
import {Lines} from './demultiplex.js'
import type {StartedNode} from './engine.js'
import {toLabError} from './engine-errors.js'

/** Tells of every start of a lab's nodes. Resolves once the engine listens; an abort ends it quietly. */
export async function nodeStarts(
  docker: Docker,
  lab: string,
  signal: AbortSignal,
): Promise<AsyncGenerator<StartedNode>> {
  const stream = (await docker.getEvents({
    filters: {label: [`${LABELS.lab}=${lab}`], type: ['container'], event: ['start']},
    abortSignal: signal,
  })) as Readable
  signal.addEventListener('abort', () => stream.destroy(), {once: true})
  return startsIn(stream, signal)
}

async function* startsIn(stream: Readable, signal: AbortSignal): AsyncGenerator<StartedNode> {
  const lines = new Lines()
  try {
    for await (const chunk of stream)
      for (const line of lines.push(chunk as Buffer)) {
        const {Actor: actor} = JSON.parse(line) as {Actor: {ID: string; Attributes: Record<string, string>}}
        if (actor.Attributes[LABELS.helper] !== undefined) continue
        yield {
          instance: actor.ID,
          name: actor.Attributes[LABELS.node] ?? '',
          component: actor.Attributes[LABELS.component] ?? '',
        }
      }
  } catch (error) {
    if (!signal.aborted) throw toLabError(error, 'listening to the engine')
  }
}
