import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import {LAB_LANE, type TimelineEvent} from '../../lab-events/timeline.js'
import {instantText} from '../../model/instant.js'
import {oneLine} from '../../model/one-line.js'
import type {Redactor} from '../../model/redactor.js'

const MOST_OF_TEXT = 500
const MS = 1_000_000n

/** Something that a command did with the lab: times are this machine's, ms since 1970. */
export interface Note extends Pick<TimelineEvent, 'kind' | 'text' | 'level' | 'id'> {
  /** The node that it was about; the lab without it. */
  readonly node?: string | undefined
  readonly atMs: number
  /** Of what lasted. */
  readonly endMs?: number
}

export type TakeNotes = (...notes: readonly Note[]) => Promise<void>

/** Notes what a command does, for `timeline`: on the engine's clock, without secrets. What can't be noted is lost: it was done all the same. */
export async function noteTaker(
  {engine, folder}: {readonly engine: Engine; readonly folder: LabFolder},
  redactor: Redactor,
): Promise<TakeNotes> {
  const ahead = (await engine.now()) - BigInt(Date.now()) * MS
  const instant = (ms: number) => instantText(BigInt(Math.round(ms)) * MS + ahead)
  return async (...notes) => {
    const lines = notes.map(({atMs, endMs, node, kind, text, level, id}) => {
      const event: TimelineEvent = {
        at: instant(atMs),
        kind,
        lane: node ?? LAB_LANE,
        text: oneLine(redactor.redact(text), MOST_OF_TEXT),
        ...(level && {level}),
        ...(endMs !== undefined && {until: instant(endMs)}),
        ...(id !== undefined && {id}),
      }
      return JSON.stringify(event)
    })
    await folder.events.add(...lines).catch(() => undefined)
  }
}
