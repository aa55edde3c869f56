import {dotted} from './keys.js'
import type {Settings} from './settings.js'

const MAX_OFFSET = 50_000

/** What all ports of an API Manager's node are moved by. Throws StartFailure for what is no such number. */
export function serverOffset(settings: Settings): number {
  const key = dotted('server.offset')
  const written = settings.value(key) ?? 0
  const offset = Number(written)
  if (Number.isInteger(offset) && offset >= 0 && offset <= MAX_OFFSET) return offset
  throw settings.wrong(key, {why: 'all ports are moved by it', example: '3'}, JSON.stringify(String(written)))
}
