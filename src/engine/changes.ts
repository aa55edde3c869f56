import type {Readable} from 'node:stream'
import type Docker from 'dockerode'
import {LABELS} from '../model/labels.js'
import {Lines} from './demultiplex.js'
import type {NodeChange} from './engine.js'
import {toLabError} from './engine-errors.js'

/**
 * The engine's words for what changes a node. It tells of a health check only when its result is another than before (moby,
 * daemon/health.go, handleProbeResult), and takes `health_status` for the begin of a word (daemon/events/filter.go, matchEvent).
 */
export const CHANGES: Readonly<Record<string, NodeChange['change']>> = {
  create: 'created',
  start: 'started',
  die: 'ended',
  pause: 'paused',
  unpause: 'resumed',
  health_status: 'health',
  destroy: 'gone',
}

const LISTENING = 'listening to the engine'

/** Tells of every change of a lab's nodes. Resolves once the engine listens; an abort ends it quietly. */
export async function nodeChanges(
  docker: Docker,
  lab: string,
  signal: AbortSignal,
): Promise<AsyncGenerator<NodeChange>> {
  const listening = docker.getEvents({
    filters: {label: [`${LABELS.lab}=${lab}`], type: ['container'], event: Object.keys(CHANGES)},
    abortSignal: signal,
  })
  const stream = (await listening.catch((error: unknown) => {
    throw signal.aborted ? error : toLabError(error, LISTENING)
  })) as Readable
  signal.addEventListener('abort', () => stream.destroy(), {once: true})
  return changesIn(stream, signal)
}

export interface EngineEvent {
  readonly Action: string
  readonly Actor: {readonly ID: string; readonly Attributes: Readonly<Record<string, string>>}
}

async function* changesIn(stream: Readable, signal: AbortSignal): AsyncGenerator<NodeChange> {
  const lines = new Lines()
  try {
    for await (const chunk of stream)
      for (const line of lines.push(chunk as Buffer)) {
        const {Action: action, Actor: actor} = JSON.parse(line) as EngineEvent
        // `health_status: healthy`.
        const change = CHANGES[action.split(':')[0]!]
        if (change === undefined || actor.Attributes[LABELS.helper] !== undefined) continue
        yield {
          change,
          instance: actor.ID,
          name: actor.Attributes[LABELS.node] ?? '',
          component: actor.Attributes[LABELS.component] ?? '',
        }
      }
  } catch (error) {
    if (!signal.aborted) throw toLabError(error, LISTENING)
  }
}
