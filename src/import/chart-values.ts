import type {InputFile} from './source.js'
import {valueIn, yamlDocuments} from './yaml.js'

/** Answers what an expression of a template gives: its text; undefined where nobody knows. */
export interface ChartValues {
  readonly text: (expression: string) => string | undefined
  /** Whether a condition holds. */
  readonly holds: (condition: string) => boolean | undefined
}

export const NO_VALUES: ChartValues = {text: () => undefined, holds: () => undefined}

const VALUE = /^\.Values((?:\.\w+)+)(?:\s*\|\s*(?:quote|squote|toString|int|trim))*$/

const isTrue = (value: unknown): boolean =>
  !(
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  )

/** The values of the chart that a template belongs to: the `values.yaml` of the nearest folder above it. */
export function chartValues(files: readonly InputFile[]): (path: string) => ChartValues {
  const charts = files
    .filter(({path}) => /(?:^|\/)values\.ya?ml$/.test(path))
    .map(({path, text}) => ({folder: path.replace(/[^/]*$/, ''), value: yamlDocuments(text)[0]?.value}))
    .toSorted((a, b) => b.folder.length - a.folder.length)
  return path => {
    const chart = charts.find(({folder}) => path.startsWith(folder))
    if (!chart) return NO_VALUES
    const at = (names: string) => valueIn(chart.value, ...names.split('.').filter(Boolean))
    return {
      text: expression => {
        const names = VALUE.exec(expression)?.[1]
        const found = names === undefined ? undefined : at(names)
        return ['string', 'number', 'boolean'].includes(typeof found) ? String(found) : undefined
      },
      holds: condition => {
        const [, not, names] = /^(not\s+)?\.Values((?:\.\w+)+)$/.exec(condition) ?? []
        return names === undefined ? undefined : isTrue(at(names)) !== (not !== undefined)
      },
    }
  }
}
