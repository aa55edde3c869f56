import {instantText} from '../model/instant.js'
import type {LabContext} from './context.js'

/** This instant of the engine's clock, which every line of a log gets its time from: RFC 3339, UTC, nine digits. */
export async function mark(context: Pick<LabContext, 'engine'>): Promise<string> {
  const engine = await context.engine()
  return instantText(await engine.now())
}
