import {COMPONENTS} from './components/components.js'

export {runProgram as run} from './program.js'

/** Loads what a node loads only when it needs it, for the compile cache. */
export async function loadAll(): Promise<void> {
  await Promise.all(Object.values(COMPONENTS).map(load => load()))
}
