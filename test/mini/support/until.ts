/** Polls until `check` gives something truthy and returns it. Throws after `deadline` ms, naming what was waited for. */
export const until = async <T>(
  what: string,
  check: () => T | Promise<T>,
  deadline = 5_000,
): Promise<Exclude<T, false | null | undefined>> => {
  const end = Date.now() + deadline
  for (;;) {
    const value = await check()
    if (value) return value as Exclude<T, false | null | undefined>
    if (Date.now() > end) throw new Error(`waited ${deadline} ms for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
