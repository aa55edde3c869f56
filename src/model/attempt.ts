/** What `read` returns, or undefined where it throws: for what is as good as not there when it is damaged. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
