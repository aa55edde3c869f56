import type {Engine} from '../../engine/engine.js'
import type {ObservedLab} from '../../plan/observed.js'

const NOTHING: ObservedLab = {containers: [], networks: [], volumes: []}

/** Stands for an engine that can't be had: it has nothing, and whatever else is asked of it throws the reason. */
export function absentEngine(reason: unknown): Engine {
  const refuse = () => {
    throw reason
  }
  const rooms: unknown = new Proxy(refuse, {get: () => rooms})
  return new Proxy({} as Engine, {
    // A promise is what it is not.
    get: (_, name) =>
      name === 'then'
        ? undefined
        : name === 'observe'
          ? () => Promise.resolve(NOTHING)
          : (rooms as Engine[keyof Engine]),
  })
}
