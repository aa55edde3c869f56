import {parse as parseToml, TomlError} from 'smol-toml'
import {parse as parseYaml, YAMLParseError} from 'yaml'
import {withPlaceholders} from '../../config/placeholders.js'
import {resolveConfig} from '../../config/resolve.js'
import type {ConfigRules} from '../../config/rules.js'

export type ParsedConfig = {readonly config: unknown} | {readonly fault: string}

/** Where and what, never the parser's own words: those quote the line, and it may have a password in it. */
function fault(error: unknown): string {
  if (error instanceof TomlError) return `is not valid TOML: line ${error.line}, column ${error.column}`
  if (error instanceof YAMLParseError) {
    const place = error.linePos?.[0]
    return `is not valid YAML: ${error.code.toLowerCase().replaceAll('_', ' ')}${place ? ` in line ${place.line}, column ${place.col}` : ''}`
  }
  throw error
}

/** What the product makes of its deployment.toml: inferred values, references and its own placeholders replaced. */
function asProduct(text: string, rules: ConfigRules): unknown {
  return withPlaceholders(resolveConfig(parseToml(text, {integersAsBigInt: true}), rules).table)
}

/** The values of a configuration file as the product reads them, or what keeps them from being read. */
export function parseConfig(text: string, format: 'toml' | 'yaml', rules: ConfigRules): ParsedConfig {
  try {
    return {config: format === 'toml' ? asProduct(text, rules) : (parseYaml(text, {intAsBigInt: true}) as unknown)}
  } catch (error) {
    return {fault: fault(error)}
  }
}
