/** Edits (insert, delete, replace, swap neighbours) between two words. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({length: b.length + 1}, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1]!
      let best = Math.min(row[j - 1]! + 1, above[j]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/** The candidate nearest to what was written, if it is near enough to be a slip: an edit for each `per` characters, and at least one. */
export function nearest(word: string, candidates: readonly string[], per = 3): string | undefined {
  const ranked = candidates
    .map(candidate => ({candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase())}))
    .sort((a, b) => a.edits - b.edits)
  const [first] = ranked
  return first && first.edits <= Math.max(1, Math.floor(word.length / per)) ? first.candidate : undefined
}
