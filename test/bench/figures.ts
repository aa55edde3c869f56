/** One measured value, and what it may be at most. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The limit; without one the figure is told and not judged. */
  readonly most?: number
  /** What it was made of: `6.4 s / 10.1 s`. */
  readonly of?: string
}

/** The median: of an even number of values the mean of the two in the middle. Throws for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('no values, no median')
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2
}

/** The smallest value that so much of all (0 to 1) are not above. Throws for none. */
export function percentile(sorted: readonly number[], part: number): number {
  const found = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)]
  if (found === undefined) throw new Error('no values, no percentile')
  return found
}

/** One value in relation to another, each the median of its samples. */
export function ratio(
  name: string,
  ours: readonly number[],
  theirs: readonly number[],
  {unit, most}: {readonly unit: string; readonly most: number},
): Figure {
  const [mine, other] = [median(ours), median(theirs)]
  return {name, value: mine / other, unit: 'x', most, of: `${mine.toFixed(2)} ${unit} / ${other.toFixed(2)} ${unit}`}
}

/** A value that is none is over every limit: a figure that could not be measured proves nothing. */
export const isOver = ({value, most}: Figure): boolean => most !== undefined && !(value <= most)

const shown = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(2))

/** A line a figure: name, value, limit, verdict. */
export function figuresText(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({name}) => name.length))
  const lines = figures.map(figure => {
    const {name, value, unit, most, of} = figure
    const limit = most === undefined ? '' : `at most ${shown(most)}  ${isOver(figure) ? 'OVER' : 'ok'}`
    return `  ${name.padEnd(width)}  ${`${shown(value)} ${unit}`.padStart(10)}  ${limit.padEnd(16)}  ${of ?? ''}`.trimEnd()
  })
  return `${lines.join('\n')}\n`
}
