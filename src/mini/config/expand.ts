import {StartFailure} from '../failure.js'
import {dotted, keyText, valueAt, type KeyPath} from './keys.js'

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Java system properties that the product's files refer to: `carbon.home`, `wso2.runtime`. */
  readonly properties: Readonly<Record<string, string>>
}

const REFERENCES_DEEP = 10

/**
 * Resolves `$env{X}`, `$ref{a.b}`, `${carbon.home}` and `${sys:carbon.home}` in a string of a configuration file. Other `${...}` are
 * resolved at run time by the product itself and stay. Throws StartFailure for a variable or key that is not there, or a circle.
 */
export const expand = (
  text: string,
  root: unknown,
  around: Surroundings,
  file: string,
  path: KeyPath,
  depth = 0,
): string => {
  const fail = (what: string) => new StartFailure(`${file}: key ${keyText(path)}: ${what}`)
  if (depth > REFERENCES_DEEP) throw fail('its $ref{...} go in a circle')
  return text
    .replace(/\$env\{([^}]*)\}/g, (_, name: string) => {
      const value = around.env[name]
      if (value === undefined) throw fail(`the environment has no variable ${name}`)
      return value
    })
    .replace(/\$ref\{([^}]*)\}/g, (_, key: string) => {
      const value = valueAt(root, dotted(key))
      if (value === undefined) throw fail(`$ref{${key}}: the file has no key ${key}`)
      return typeof value === 'string' ? expand(value, root, around, file, path, depth + 1) : String(value)
    })
    .replace(/\$\{(?:sys:)?([^}]*)\}/g, (whole, name: string) => around.properties[name] ?? whole)
}
