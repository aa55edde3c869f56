import {isObject} from '../../../apis/open-api.js'

type Json = Readonly<Record<string, unknown>>

/** A parameter of an operation as its definition has it. */
export interface Parameter {
  readonly name: string
  readonly place: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description: string
  /** Empty where the definition has none. */
  readonly example: string
}

/** What a definition says of a call: its parameters, and an example of its body. */
export interface DescribedCall {
  readonly parameters: readonly Parameter[]
  readonly body?: {readonly type: string; readonly example: string}
}

/** An operation that someone has chosen to try out. */
export interface ChosenCall extends DescribedCall {
  readonly verb: string
  readonly target: string
}

/** How deep schemas are followed: some refer to themselves. */
const DEEPEST = 6
const PLACES: readonly string[] = ['path', 'query', 'header'] satisfies readonly Parameter['place'][]

/** What a reference within the definition stands for. */
function resolved(root: Json, value: unknown, depth = 0): Json {
  if (!isObject(value)) return {}
  const ref = value['$ref']
  if (typeof ref !== 'string') return value
  if (!ref.startsWith('#/') || depth > DEEPEST) return {}
  const keys = ref.slice(2).split('/')
  const found = keys.reduce<unknown>(
    (at, key) => (isObject(at) ? at[key.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
    root,
  )
  return resolved(root, found, depth + 1)
}

const firstOf = (value: unknown): unknown => (isObject(value) ? Object.values(value)[0] : undefined)

/** An example that a parameter, a medium or a schema has itself. */
function exampleIn(root: Json, of: Json): unknown {
  if (of['example'] !== undefined) return of['example']
  if (isObject(of['examples'])) return resolved(root, firstOf(of['examples']))['value']
  return undefined
}

const PLAIN: Readonly<Record<string, unknown>> = {string: 'string', integer: 0, number: 0, boolean: true}

/** A value that a schema allows: its example, its default, or one made of its parts. */
function sampleOf(root: Json, schema: unknown, depth = 0): unknown {
  const it = resolved(root, schema)
  const known =
    exampleIn(root, it) ?? it['default'] ?? (Array.isArray(it['enum']) ? (it['enum'] as unknown[])[0] : undefined)
  if (known !== undefined) return known
  if (depth > DEEPEST) return undefined
  const all = it['allOf'] ?? it['oneOf'] ?? it['anyOf']
  if (Array.isArray(all)) {
    const parts = (it['allOf'] ? all : all.slice(0, 1)).map(one => sampleOf(root, one, depth + 1))
    return parts.length === 1 ? parts[0] : Object.assign({}, ...parts.filter(isObject))
  }
  if (it['items'] !== undefined) {
    const one = sampleOf(root, it['items'], depth + 1)
    return one === undefined ? [] : [one]
  }
  if (isObject(it['properties'])) {
    const fields = Object.entries(it['properties']).map(([name, of]) => [name, sampleOf(root, of, depth + 1)] as const)
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
  }
  return PLAIN[String(it['type'])]
}

const shown = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2)

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

/** The body of version 3, or of version 2. */
function bodyIn(root: Json, operation: Json, parameters: readonly Json[]): DescribedCall['body'] {
  const content = resolved(root, operation['requestBody'])['content']
  if (isObject(content)) {
    const type = 'application/json' in content ? 'application/json' : (Object.keys(content)[0] ?? '')
    const medium = resolved(root, content[type])
    return {type, example: shown(exampleIn(root, medium) ?? sampleOf(root, medium['schema']))}
  }
  const body = parameters.find(it => it['in'] === 'body')
  if (!body) return undefined
  const [type] = [...listOf(operation['consumes']), ...listOf(root['consumes']), 'application/json'].map(String)
  return {type: type ?? '', example: shown(sampleOf(root, body['schema']))}
}

/** What a definition, of version 2 or 3, says of an operation. */
export function describedCall(definition: Json, target: string, verb: string): DescribedCall {
  const path = resolved(definition, (definition['paths'] as Json | undefined)?.[target])
  const operation = resolved(definition, path[verb.toLowerCase()])
  const all = [...listOf(path['parameters']), ...listOf(operation['parameters'])].map(it => resolved(definition, it))
  // Those of the operation stand for those of the path.
  const named = new Map(all.map(it => [`${String(it['in'])} ${String(it['name'])}`, it]))
  const parameters = [...named.values()]
    .filter(it => PLACES.includes(String(it['in'])))
    .map(it => ({
      name: String(it['name']),
      place: it['in'] as Parameter['place'],
      required: it['required'] === true,
      description: typeof it['description'] === 'string' ? it['description'] : '',
      // One that is made up helps nobody who would have to take it away again.
      example: shown(exampleIn(definition, it) ?? exampleIn(definition, resolved(definition, it['schema']))),
    }))
  const body = bodyIn(definition, operation, all)
  return {parameters, ...(body && {body})}
}
