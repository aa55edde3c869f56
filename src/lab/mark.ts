import {instantText} from '../model/instant.js'
import {oneLine} from '../model/one-line.js'
import type {LabContext} from './context.js'

const MOST_OF_NAME = 100

/**
 * This instant of the engine's clock, which every line of a log gets its time from: RFC 3339, UTC, nine digits. It is noted with its name for
 * `timeline`, where that can be.
 */
export async function mark({engine, data}: Pick<LabContext, 'engine' | 'data'>, name = ''): Promise<string> {
  const at = instantText(await (await engine()).now())
  await data
    .ensure()
    .then(() => data.marks.add(`${at} ${oneLine(name, MOST_OF_NAME)}`.trim()))
    .catch(() => undefined)
  return at
}
