/** A table as text, columns as wide as they must be; a row whose cells are too long for the terminal is cut, not wrapped. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], columns = Infinity): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map(row => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]) => {
    const text = cells
      .map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
    return text.length > columns ? `${text.slice(0, columns - 1)}…` : text
  }
  return [headings, ...rows].map(line).join('\n')
}
