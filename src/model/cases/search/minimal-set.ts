/** What a set does: the verdict is the one that is looked for, or the other, or nobody knows. */
export type Outcome = 'turned' | 'stayed' | 'unresolved'

/** Says what a set does. Asked for the same set twice, it need not find out again. */
export type Tester<T> = (set: readonly T[]) => Promise<Outcome>

/** What is known so far, before each set that is tested. */
export interface Progress {
  /** Items of the smallest set that turned the verdict. */
  readonly left: number
  /** Sets that are about to be tested, if all goes as usual. */
  readonly estimate: number
}

/** Into so many parts, as equal as can be. */
function split<T>(items: readonly T[], parts: number): readonly (readonly T[])[] {
  const bound = (i: number) => Math.floor((i * items.length) / parts)
  return Array.from({length: parts}, (_, i) => items.slice(bound(i), bound(i + 1)))
}

/** Sets that one cause among so many items takes, parts being halved each time; at the end each item is left out once. */
export function estimateSets(items: number, parts = 2): number {
  if (items <= 1) return 0
  if (parts >= items) return items
  return parts === 2 ? 2 * Math.ceil(Math.log2(items)) : parts + estimateSets(Math.ceil(items / parts) * 2)
}

/**
 * A smallest set of items that turns the verdict: without any one of its items it does not (ddmin of Zeller and Hildebrandt, Simplifying and
 * isolating failure-inducing input, 2002). All items together turn it, and none do not: that is the caller's to know. Where the verdict
 * is unknown for some sets it may be larger than it had to be.
 */
export async function minimalSet<T>(
  items: readonly T[],
  test: Tester<T>,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<readonly T[]> {
  let left = items
  let parts = 2
  const turns = async (set: readonly T[], tested: number) => {
    onProgress({left: left.length, estimate: Math.max(1, estimateSets(left.length, parts) - tested)})
    return (await test(set)) === 'turned'
  }
  while (left.length > 1) {
    const subsets = split(left, Math.min(parts, left.length))
    const complements = subsets.map(subset => left.filter(item => !subset.includes(item)))
    // Of two parts each is the other's complement.
    const candidates = subsets.length === 2 ? subsets : [...subsets, ...complements]
    const found = await firstOf(candidates, turns)
    if (found < 0) {
      if (parts >= left.length) break
      parts = Math.min(left.length, parts * 2)
    } else {
      left = candidates[found]!
      parts = found < subsets.length ? 2 : Math.max(parts - 1, 2)
    }
  }
  return left
}

async function firstOf<T>(
  sets: readonly (readonly T[])[],
  turns: (set: readonly T[], tested: number) => Promise<boolean>,
): Promise<number> {
  for (const [i, set] of sets.entries()) if (await turns(set, i)) return i
  return -1
}

/**
 * Between which two neighbours of a row the verdict turned; its first does not have it, its last has, which is the caller's to know. What nobody
 * knows is passed by: then the two are further apart.
 */
export async function turningPoint<T>(
  row: readonly T[],
  test: (item: T) => Promise<Outcome>,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<readonly [before: T, after: T]> {
  let candidates = row
  while (candidates.length > 2) {
    onProgress({left: candidates.length, estimate: Math.ceil(Math.log2(candidates.length - 1))})
    const at = Math.floor(candidates.length / 2)
    const middle = candidates[at]!
    const outcome = await test(middle)
    if (outcome === 'turned') candidates = candidates.slice(0, at + 1)
    else if (outcome === 'stayed') candidates = candidates.slice(at)
    else candidates = candidates.filter(item => item !== middle)
  }
  return [candidates[0]!, candidates.at(-1)!]
}
