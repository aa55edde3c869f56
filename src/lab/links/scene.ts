import type {Engine} from '../../engine/engine.js'
import type {Topology} from '../../model/topology.js'
import type {ObservedContainer} from '../../plan/observed.js'
import type {Secrets} from '../../render/secrets.js'

/** The lab as it is now, and what is needed to ask it. */
export interface Scene {
  readonly topology: Topology
  readonly engine: Engine
  /** By node. */
  readonly containers: ReadonlyMap<string, ObservedContainer>
  /** PEM. */
  readonly authority: string
  readonly secrets: Partial<Secrets>
  readonly folder: string
  readonly helperImage: string
  readonly signal: AbortSignal
}

/** Why a node can't be asked, in words; undefined for one that runs. */
export function notRunning(node: string, {containers}: Pick<Scene, 'containers'>): string | undefined {
  const state = containers.get(node)?.state
  return state === 'running' ? undefined : `${node} is not running (${state ?? 'missing'})`
}
