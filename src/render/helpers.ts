import Handlebars from 'handlebars'

type Scalar = string | number | boolean

const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)

/** A missing value reaches a helper as undefined, even in strict mode: it is an error with the line of the template. */
function scalars(helper: string, args: readonly unknown[]): readonly Scalar[] {
  const values = args.slice(0, -1)
  const wrong = values.findIndex(value => !isScalar(value))
  if (values.length > 0 && wrong < 0) return values as Scalar[]
  const {loc} = args.at(-1) as {loc: hbs.AST.SourceLocation}
  const problem = values.length === 0 ? 'has no value' : `has a value that is ${describe(values[wrong])}`
  throw new Handlebars.Exception(`{{${helper}}} ${problem}`, {type: 'MustacheStatement', loc})
}

const describe = (value: unknown) =>
  value === undefined || value === null ? 'missing' : 'neither text, number nor boolean'

// What JSON leaves as it is, and TOML or YAML forbid in a quoted string.
const FORBIDDEN = /[\u007f-\u009f\u2028\u2029\ufeff]/g

const quoted = (text: string) =>
  JSON.stringify(text).replace(FORBIDDEN, it => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** One value keeps its type; several are joined to one text: `{{toml "tcp://" name ":9611"}}`. */
const literal =
  (helper: string): Handlebars.HelperDelegate =>
  (...args: unknown[]) => {
    const values = scalars(helper, args)
    const [value] = values
    return values.length === 1 && typeof value !== 'string' ? String(value) : quoted(values.join(''))
  }

/**
 * What component templates may call, besides if, each, unless and with.
 * - `toml`, `yaml`: a value as a literal of that format; text is always quoted. Throws for a missing value.
 * - `base64`: text in Base64, as the analytics user store has its passwords.
 * - `portOf`: a port of a component's nodes, moved by the offset that it has in this lab.
 * - `eq`: whether two values are the same, for `{{#if (eq a b)}}`.
 */
export const HELPERS: Readonly<Record<string, Handlebars.HelperDelegate>> = {
  toml: literal('toml'),
  yaml: literal('yaml'),
  base64: (...args: unknown[]) => Buffer.from(scalars('base64', args).join('')).toString('base64'),
  portOf: (component: unknown, port: unknown, options: Handlebars.HelperOptions) => {
    const {offsets = {}} = options.data.root as {readonly offsets?: Readonly<Record<string, number>>}
    return Number(port) + (offsets[String(component)] ?? 0)
  },
  eq: (a: unknown, b: unknown) => a === b,
}
