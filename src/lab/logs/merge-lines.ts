/** Something that carries its time as text that sorts. */
interface Timed {
  readonly at: string
}

/** Merges sources, each in order of time, into one in order of time; of equal times the earlier source comes first. */
export async function* mergeByTime<T extends Timed>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const heads = await Promise.all(sources.map(async (source, order) => ({source, order, result: await source.next()})))
  const live = heads.filter(({result}) => !result.done)
  while (live.length > 0) {
    const first = live.reduce((best, head) => (before(head, best) ? head : best))
    yield first.result.value as T
    first.result = await first.source.next()
    if (first.result.done) live.splice(live.indexOf(first), 1)
  }
}

interface Head<T> {
  readonly order: number
  readonly result: IteratorResult<T>
}

function before<T extends Timed>(a: Head<T>, b: Head<T>): boolean {
  const [left, right] = [(a.result.value as T).at, (b.result.value as T).at]
  return left === right ? a.order < b.order : left < right
}

/**
 * Puts lines that come in from several sources into order: each is held for a moment, in which an earlier one may still come.
 * `flush` hands out what is held; `done` is told after each time.
 */
export class Sorter<T extends Timed> {
  #held: T[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly print: (line: T) => void,
    private readonly holdMs: number,
    private readonly done: () => void = () => undefined,
  ) {}

  add(line: T): void {
    this.#held.push(line)
    this.#timer ??= setTimeout(() => this.flush(), this.holdMs)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const lines = this.#held.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    this.#held = []
    for (const line of lines) this.print(line)
    this.done()
  }
}
