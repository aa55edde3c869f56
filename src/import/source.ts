import {readToml, type TomlSource} from '../config/toml-source.js'

/** A file that was handed in. */
export interface InputFile {
  /** Relative to the folder that was handed in, with `/`. */
  readonly path: string
  readonly text: string
}

/** A line of a file that is no part of what was read, and why. */
export interface LeftLine {
  readonly file: string
  readonly line: number
  readonly text: string
  readonly why: string
  /** Production hasn't it either: a value of the chart switches it off. */
  readonly isOff: boolean
}

/** A deployment.toml as it stands in a file: the file itself, or a block of it. */
export interface ConfigText {
  readonly file: string
  /** Line of the file that the text begins in, from 1. */
  readonly firstLine: number
  /** TOML; where expressions of a template stood, their marks. */
  readonly text: string
  readonly left: readonly LeftLine[]
  /** What tells whose it is, the strongest first: names of file, folders, config map. */
  readonly names: readonly string[]
  /** The config map or values file that has it, where it is one. */
  readonly configMap?: string
}

export interface Place {
  readonly file: string
  readonly line: number
}

/** A deployment.toml that was read. */
export interface ConfigSource extends ConfigText, Pick<TomlSource, 'table' | 'faults'> {
  readonly placeOf: (key: string) => Place
}

/** Reads a text. Never throws: what is not valid TOML has faults and no table. */
export function readSource(config: ConfigText): ConfigSource {
  const {table, faults, position} = readToml(config.text)
  return {
    ...config,
    table,
    faults,
    placeOf: key => ({file: config.file, line: config.firstLine + position(key).line - 1}),
  }
}

/** Nodes that read one deployment.toml, as production runs them. */
export interface Instance {
  readonly source: ConfigSource
  /** What tells which component it is, the strongest first. */
  readonly names: readonly string[]
  readonly profile?: string
  /** Undefined where nothing tells what the environment is. */
  readonly environment?: Readonly<Record<string, string>>
  /** Names that others may call it by. */
  readonly hosts: readonly string[]
  readonly replicas?: number
  readonly image?: string
}
