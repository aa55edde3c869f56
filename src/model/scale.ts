import {LabError} from '../errors.js'

const EXAMPLE = 'apim-lab up --scale gateway=2'

const invalid = (value: string, why: string) =>
  new LabError('usage-invalid', `--scale ${JSON.stringify(value.slice(0, 80))}: ${why}.`, {next: [EXAMPLE]})

/** Replicas by component, from the values of `--scale`: `gateway=2`. Throws `usage-invalid`; names and limits are the topology's. */
export function parseScale(values: readonly string[]): Record<string, number> {
  const scale = new Map<string, number>()
  for (const value of values) {
    const [, component, count] = /^([a-z][a-z0-9-]{0,62})=(.*)$/s.exec(value) ?? []
    if (component === undefined || count === undefined) throw invalid(value, 'expected <component>=<number>')
    if (!/^\d{1,6}$/.test(count)) throw invalid(value, 'the number of nodes is a whole number of 0 or more')
    if (scale.has(component)) throw invalid(value, `${component} is scaled twice`)
    scale.set(component, Number(count))
  }
  return Object.fromEntries(scale)
}
