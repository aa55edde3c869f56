import type {Place} from './source.js'

/**
 * What became of a key: the lab has the same (`equal`), it is in an overlay as it was (`kept`) or with the lab's addresses (`mapped`), the
 * lab has a value of its own for it (`replaced`), the product takes no notice of it (`idle`), it is nowhere (`left`), or the lab has it and
 * production has not (`absent`).
 */
export type Outcome = 'equal' | 'kept' | 'mapped' | 'replaced' | 'idle' | 'left' | 'absent'

export interface Entry extends Place {
  readonly outcome: Outcome
  readonly key: string
  /** Nodes of the lab that it is told of. */
  readonly nodes: readonly string[]
  /** From what to what, without anything secret. */
  readonly what: string
  readonly why: string
}

const idOf = ({outcome, file, line, key, what, why}: Entry) => JSON.stringify([outcome, file, line, key, what, why])

/** What several nodes that read one file have in common is told once. */
export function merged(entries: readonly Entry[]): readonly Entry[] {
  const found = new Map<string, Entry>()
  for (const entry of entries) {
    const known = found.get(idOf(entry))
    found.set(idOf(entry), known ? {...known, nodes: [...new Set([...known.nodes, ...entry.nodes])]} : entry)
  }
  return [...found.values()]
}
