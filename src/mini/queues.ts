/** Runs what belongs to one name one after the other. */
export type Queues = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** Makes queues that live as long as something waits in them. */
export function makeQueues(): Queues {
  const last = new Map<string, Promise<unknown>>()
  return (name, work) => {
    const mine = (last.get(name) ?? Promise.resolve()).catch(() => undefined).then(work)
    last.set(name, mine)
    const forget = () => {
      if (last.get(name) === mine) last.delete(name)
    }
    mine.then(forget, forget)
    return mine
  }
}
