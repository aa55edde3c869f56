/** As many as there are threads that files are read with. */
const AT_ONCE = 4

/** Does all of these, a few at once. Throws the first failure, when those that had begun have ended. */
export async function inParallel(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const rest = tasks.values()
  const failures: unknown[] = []
  const work = async () => {
    for (const task of rest) {
      if (failures.length > 0) return
      await task().catch((error: unknown) => void failures.push(error))
    }
  }
  await Promise.all(Array.from({length: AT_ONCE}, work))
  if (failures.length > 0) throw failures[0]
}
