import {textFaults} from '../model/lab-file/text-faults.js'
import {readYaml, type YamlSource} from '../model/lab-file/yaml-source.js'
import {isTable, type ConfigTable} from '../config/table.js'

export interface YamlDocument extends YamlSource {
  /** Line of the file that it begins in, from 1. */
  readonly firstLine: number
  readonly text: string
}

const MOST_DOCUMENTS = 200

/** The documents of a YAML file that can be read; what is too large, too deep or repeats itself too much is not even parsed. */
export function yamlDocuments(text: string): readonly YamlDocument[] {
  let line = 1
  return text
    .split(/^(?=---)/m)
    .slice(0, MOST_DOCUMENTS)
    .flatMap(part => {
      const firstLine = line
      line += part.split('\n').length - 1
      if (textFaults(part).length > 0) return []
      const read = readYaml(part)
      return 'source' in read ? [{...read.source, firstLine, text: part}] : []
    })
}

/** A value at a path of plain data; undefined where there is nothing. */
export const valueIn = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, name) => (isTable(at) && Object.hasOwn(at, name) ? at[name] : undefined), value)

export const listIn = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const found = valueIn(value, ...path)
  return Array.isArray(found) ? found : []
}

export const tableIn = (value: unknown, ...path: readonly string[]): ConfigTable => {
  const found = valueIn(value, ...path)
  return isTable(found) ? found : {}
}

/** Text of a scalar; undefined for everything else. */
export const textIn = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = valueIn(value, ...path)
  return ['string', 'number', 'boolean'].includes(typeof found) ? String(found) : undefined
}
