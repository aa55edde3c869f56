import type {Rule} from '../rule.js'
import {DEAD_RULE} from './dead.js'
import {KEY_RULES} from './keys.js'
import {MAPPER_RULES} from './mapper.js'
import {REFERENCE_RULES} from './references.js'
import {ROLE_RULE} from './roles.js'
import {TOML_RULES} from './toml.js'

/** Every rule, in the order in which findings of one place are told. */
export const RULES: readonly Rule[] = [
  ...TOML_RULES,
  ...MAPPER_RULES,
  ...REFERENCE_RULES,
  ...KEY_RULES,
  DEAD_RULE,
  ROLE_RULE,
]
