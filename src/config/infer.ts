import type {Inference} from './rules.js'
import {namesIn} from './table.js'

/** What `$1` stands for, if the key is one that the pattern means. */
function matched(key: string, pattern: string): {readonly name?: string} | undefined {
  const [names, parts] = [namesIn(key), namesIn(pattern)]
  if (names.length !== parts.length) return undefined
  let name: string | undefined
  for (const [i, part] of parts.entries()) {
    // The mapper's own `$1` stands for letters, digits and underscores.
    if (part === '$1' && /^\w+$/.test(names[i]!)) name = names[i]
    else if (part !== names[i]) return undefined
  }
  return name === undefined ? {} : {name}
}

/** The values that follow from these, by key (ValueInferrer.java of wso2/config-mapper v1.0.2). */
export function inferred(
  values: ReadonlyMap<string, unknown>,
  inferences: readonly Inference[],
): ReadonlyMap<string, string | boolean> {
  const found = new Map<string, string | boolean>()
  for (const [key, value] of values)
    for (const {key: pattern, gives} of inferences) {
      const match = matched(key, pattern)
      if (!match || !Object.hasOwn(gives, String(value))) continue
      const put = (text: string) => (match.name === undefined ? text : text.replaceAll('$1', match.name))
      for (const [name, given] of Object.entries(gives[String(value)]!))
        found.set(put(name), typeof given === 'string' ? put(given) : given)
    }
  return found
}
