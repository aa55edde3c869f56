import type {ObservedLab} from './observed.js'
import type {SchemaState} from './schema-state.js'

/** The seed that a lab can begin with: databases that were made once, for all labs that would make the same ones. */
export interface SeedState {
  readonly name: string
  /** It is whole. */
  readonly exists: boolean
}

/**
 * Where a lab's databases come from: they are there, they are copied from a seed, which may have to be made first, or the server makes
 * them from the release's scripts.
 */
export type DatabaseSource = 'kept' | 'seed' | 'new-seed' | 'scripts'

const ALIVE = ['running', 'paused', 'restarting']

/** Pure. `volume`: name of the one that holds the databases. */
export function databaseSource(
  {containers, volumes}: ObservedLab,
  volume: string,
  {complete}: SchemaState,
  seed: SeedState | undefined,
): DatabaseSource {
  if (complete) return 'kept'
  const kept = volumes.find(({name}) => name === volume)
  // For data that is there no seed is made.
  if (!kept) return seed ? (seed.exists ? 'seed' : 'new-seed') : 'scripts'
  if (!kept.fromSeed) return 'scripts'
  // A server does not start on half a copy.
  if (containers.some(({role, helper, state}) => role === 'database' && !helper && ALIVE.includes(state))) return 'kept'
  return seed?.exists ? 'seed' : 'scripts'
}
