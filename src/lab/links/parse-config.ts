import {parse as parseToml, TomlError} from 'smol-toml'
import {parse as parseYaml, YAMLParseError} from 'yaml'

export type ParsedConfig = {readonly config: unknown} | {readonly fault: string}

/** Where and what, never the parser's own words: those quote the line, and it may have a password in it. */
function fault(error: unknown): string {
  if (error instanceof TomlError) return `is no TOML: line ${error.line}, column ${error.column}`
  if (error instanceof YAMLParseError) {
    const place = error.linePos?.[0]
    return `is no YAML: ${error.code.toLowerCase().replaceAll('_', ' ')}${place ? ` in line ${place.line}, column ${place.col}` : ''}`
  }
  throw error
}

/** The tables of a configuration file, or what keeps them from being read. */
export function parseConfig(text: string, format: 'toml' | 'yaml'): ParsedConfig {
  try {
    return {
      config:
        format === 'toml'
          ? parseToml(text, {integersAsBigInt: true})
          : (parseYaml(text, {intAsBigInt: true}) as unknown),
    }
  } catch (error) {
    return {fault: fault(error)}
  }
}
