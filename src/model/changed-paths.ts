const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown) => JSON.stringify(value, (_, it: unknown) => (typeof it === 'bigint' ? `${it}n` : it))

/** Paths of the keys that differ between two documents, `a.b[0].c`; what only one of them has is one path. */
export function changedPaths(a: unknown, b: unknown, path = ''): readonly string[] {
  if (isTable(a) && isTable(b))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap(key =>
      changedPaths(a[key], b[key], path === '' ? key : `${path}.${key}`),
    )
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.flatMap((value, i) => changedPaths(value, b[i], `${path}[${i}]`))
  return textOf(a) === textOf(b) || path === '' ? [] : [path]
}
