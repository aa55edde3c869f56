import type {Rule} from '../rule.js'
import {ADDRESS_RULES} from './addresses.js'
import {DATABASE_RULES} from './databases.js'
import {DEAD_RULE} from './dead.js'
import {GROUP_RULES} from './groups.js'
import {KEY_RULES} from './keys.js'
import {MAPPER_RULES} from './mapper.js'
import {PUBLIC_KEYS_RULE} from './public-keys.js'
import {RAW_RULES} from './raw.js'
import {REFERENCE_RULES} from './references.js'
import {ROLE_RULE} from './roles.js'
import {SET_RULES} from './sets.js'
import {TOML_RULES} from './toml.js'
import {TYPE_RULE} from './types.js'
import {VITAL_RULE} from './vital.js'

/** Every rule, in the order in which findings of one place are told. */
export const RULES: readonly Rule[] = [
  ...TOML_RULES,
  ...MAPPER_RULES,
  ...REFERENCE_RULES,
  ...KEY_RULES,
  TYPE_RULE,
  ...RAW_RULES,
  ROLE_RULE,
  ...ADDRESS_RULES,
  ...GROUP_RULES,
  PUBLIC_KEYS_RULE,
  VITAL_RULE,
  ...DATABASE_RULES,
  ...SET_RULES,
  DEAD_RULE,
]
