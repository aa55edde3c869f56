/** Texts in the order of their coming, numbered from 1, that wait until their receiver has them. */
export interface Outbox {
  /** The number of the oldest, or of the next that comes where none waits. */
  first(): number
  /** The number of the next that comes. */
  next(): number
  /** How many wait. */
  size(): number
  /** Characters that wait. */
  characters(): number
  at(id: number): string
  add(text: string): void
  /** Drops all up to this number. */
  forget(upTo: number): void
  /** Takes out all. */
  takeAll(): string[]
}

/** After how many dropped texts the room that they had is given back. */
const TRIM = 1_024

/** Makes an empty outbox. An array, since each text that a map takes and drops leaves something to collect: a gateway has one a call. */
export function makeOutbox(): Outbox {
  let texts: string[] = []
  /** The number of the first place in the array, and how many places of it were dropped. */
  let base = 1
  let dropped = 0
  let length = 0
  const first = () => base + dropped
  const next = () => base + texts.length
  return {
    first,
    next,
    size: () => texts.length - dropped,
    characters: () => length,
    at: id => texts[id - base] ?? '',
    add: text => {
      texts.push(text)
      length += text.length
    },
    forget: upTo => {
      for (const end = Math.min(upTo + 1, next()); first() < end; dropped++) {
        length -= texts[dropped]!.length
        texts[dropped] = ''
      }
      if (dropped < TRIM || dropped < texts.length / 2) return
      texts.splice(0, dropped)
      base += dropped
      dropped = 0
    },
    takeAll: () => {
      const all = texts.slice(dropped)
      base = next()
      texts = []
      dropped = 0
      length = 0
      return all
    },
  }
}
