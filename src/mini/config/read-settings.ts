import {basename} from 'node:path'
import {withPlaceholders} from '../../config/placeholders.js'
import {resolveConfig, type Surroundings} from '../../config/resolve.js'
import type {ConfigRules} from '../../config/rules.js'
import {RULES_3_2} from '../../config/rules-3x.js'
import {isTable} from '../../config/table.js'
import {StartFailure} from '../failure.js'
import {readConfigFile} from './read-file.js'
import {Settings} from './settings.js'

/** What a parsed deployment.toml or deployment.yaml says to the product. Throws StartFailure where the product would not start with it. */
export function settingsOf(
  file: string,
  parsed: unknown,
  around: Surroundings,
  rules: ConfigRules = RULES_3_2,
): Settings {
  const table = isTable(parsed) ? parsed : {}
  if (!file.endsWith('.toml')) return new Settings(file, withPlaceholders(table, around.properties))
  const {table: resolved, faults} = resolveConfig(table, rules, around)
  const [fault] = faults
  if (fault)
    throw new StartFailure(`${basename(file)}: key ${fault.isDefault ? fault.about : fault.key}: ${fault.message}`)
  return new Settings(file, withPlaceholders(resolved, around.properties))
}

/** Reads a configuration file as the product does. Throws StartFailure where it can't be read, or the product would not start with it. */
export const readSettings = (file: string, around: Surroundings, rules?: ConfigRules): Settings =>
  settingsOf(file, readConfigFile(file), around, rules)
