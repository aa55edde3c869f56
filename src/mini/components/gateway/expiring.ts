/** Keys that hold until a time (milliseconds since 1970), so many at most; above it those that end first in order of coming go. */
export class Expiring {
  private readonly until = new Map<string, number>()

  constructor(private readonly limit: number) {}

  set(key: string, until: number): void {
    this.until.delete(key)
    this.until.set(key, until)
    if (this.until.size <= this.limit) return
    this.sweep()
    const [oldest] = this.until.keys()
    if (this.until.size > this.limit && oldest !== undefined) this.until.delete(oldest)
  }

  delete(key: string): void {
    this.until.delete(key)
  }

  /** Until when a key holds, or undefined. */
  get(key: string, now = Date.now()): number | undefined {
    const until = this.until.get(key)
    if (until === undefined || until >= now) return until
    this.until.delete(key)
    return undefined
  }

  get empty(): boolean {
    return this.until.size === 0
  }

  get size(): number {
    return this.until.size
  }

  sweep(now = Date.now()): void {
    for (const [key, until] of this.until) if (until < now) this.until.delete(key)
  }

  entries(): Iterable<readonly [string, number]> {
    return this.until
  }
}
