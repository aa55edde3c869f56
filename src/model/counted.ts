/** `1 key`, `2 keys`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** The same, or nothing at all of none. */
export const countedUnlessNone = (count: number, word: string): readonly string[] =>
  count === 0 ? [] : [counted(count, word)]
