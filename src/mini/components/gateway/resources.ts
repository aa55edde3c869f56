import type {UrlMapping} from '../../hub/data.js'

/** A resource of an API, with what a call to it needs, made ready when the API is. */
export interface Resource {
  readonly mapping: UrlMapping
  /** `<context>/<version><pattern>:<VERB>`. */
  readonly key: string
  /** Whether calls to it need a token. */
  readonly secured: boolean
  /** Verbs of its pattern, for CORS. */
  readonly verbs: readonly string[]
}

interface Pattern {
  readonly exact?: string
  readonly expression?: RegExp
  /** More literal patterns come first. */
  readonly weight: number
  readonly verbs: ReadonlyMap<string, Resource>
}

export interface Resources {
  /** The resource of a path below the API's context; `uri` where only the verb does not fit, undefined where nothing does. */
  find(verb: string, path: string): Resource | 'uri' | undefined
}

const escape = (text: string) => text.replace(/[.+?^$()|[\]\\{}]/g, '\\$&')

/** `/order/{id}` takes one part for the name, a last `/*` anything that follows, also nothing. */
function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/\/\*$/, '')
    .split(/(\{[^{}/]*\}|\*)/)
    .map(part => (part === '*' ? '.*' : /^\{[^{}/]*\}$/.test(part) ? '[^/]+' : escape(part)))
    .join('')
  return new RegExp(`^${source}${pattern.endsWith('/*') ? '(?:/.*)?' : '/?'}$`)
}

const MOST = Number.MAX_SAFE_INTEGER
const weightOf = (pattern: string) =>
  /[*{]/.test(pattern) ? pattern.replace(/\{[^}]*\}|\*/g, '').length * 2 - (pattern.includes('*') ? 1 : 0) : MOST

/** Compiles the resources of an API. */
export function compileResources(context: string, version: string, mappings: readonly UrlMapping[]): Resources {
  const byPattern = new Map<string, UrlMapping[]>()
  for (const it of mappings) byPattern.set(it.urlPattern, [...(byPattern.get(it.urlPattern) ?? []), it])
  const patterns: Pattern[] = [...byPattern].map(([pattern, of]) => {
    const verbs = of.map(it => it.httpMethod.toUpperCase())
    const resources = of.map((mapping, i): [string, Resource] => {
      const verb = verbs[i] ?? ''
      const key = `${context}/${version}${pattern}:${verb}`
      return [verb, {mapping, key, secured: mapping.authScheme.toLowerCase() !== 'none', verbs}]
    })
    const weight = weightOf(pattern)
    const how = weight === MOST ? {exact: pattern} : {expression: expressionOf(pattern)}
    return {...how, weight, verbs: new Map(resources)}
  })
  const exact = new Map(patterns.flatMap(it => (it.exact === undefined ? [] : [[it.exact, it] as const])))
  const others = patterns.filter(it => it.expression).sort((a, b) => b.weight - a.weight)
  return {
    find: (verb, path) => {
      const same = exact.get(path)
      const found = same?.verbs.get(verb)
      if (found) return found
      let uri: 'uri' | undefined = same && 'uri'
      for (const it of others) {
        if (it.expression?.test(path) !== true) continue
        const fitting = it.verbs.get(verb)
        if (fitting) return fitting
        uri = 'uri'
      }
      return uri
    },
  }
}
