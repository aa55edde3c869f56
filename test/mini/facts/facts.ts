import {readFileSync} from 'node:fs'

/**
 * The product's REST APIs as tables of facts: operations, and the fields of their types. Source: publisher-api.yaml, store-api.yaml and
 * admin-api.yaml of carbon-apimgt v6.7.206; of 4.x the ones in product-apim v4.4.0, modules/integration/tests-common/clients.
 */
export type ApiName = 'publisher' | 'store' | 'admin' | 'publisher-4' | 'devportal-4' | 'admin-4' | 'service-catalog-4'

interface Fact {
  readonly api: ApiName
}

/** One operation; `answer` is the type of a successful answer, as `kind` of a field is: `API`, `[string]`, `file` or nothing. */
export interface Operation extends Fact {
  readonly method: string
  readonly path: string
  /** Of successful answers. */
  readonly statuses: readonly number[]
  readonly answer: string
  /** Whether a 201 says where what was made is. */
  readonly isLocated: boolean
}

/** The scopes of which an operation asks for one. */
export interface Opened extends Fact {
  readonly method: string
  readonly path: string
  readonly scopes: readonly string[]
}

export interface Field extends Fact {
  readonly type: string
  readonly name: string
  readonly kind: string
  readonly required: boolean
  readonly values: readonly string[]
}

const rows = (name: string) =>
  [name, `${name}-4`].flatMap(file =>
    readFileSync(new URL(`${file}.tsv`, import.meta.url), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map(line => line.split('\t')),
  )

export const OPERATIONS: readonly Operation[] = rows('operations').map(
  ([api, method = '', path = '', statuses = '', answer = '', located]) => ({
    api: api as ApiName,
    method,
    path,
    statuses: statuses.split(',').map(Number),
    answer,
    isLocated: located === 'yes',
  }),
)

export const OPENED: readonly Opened[] = rows('scopes').map(([api, method = '', path = '', scopes = '']) => ({
  api: api as ApiName,
  method,
  path,
  scopes: scopes.split(','),
}))

const FIELDS: readonly Field[] = rows('fields').map(
  ([api, type = '', name = '', kind = '', required, , values = '']) => ({
    api: api as ApiName,
    type,
    name,
    kind,
    required: required === 'yes',
    values: values === '' ? [] : values.split('|'),
  }),
)

/** The fields of a type. */
export const fieldsOf = (api: ApiName, type: string): readonly Field[] =>
  FIELDS.filter(it => it.api === api && it.type === type)

/** The official description writes the two fields of a tag otherwise than it names the required ones; FileInfo and others the same. */
const MISNAMED = ['Tag.weight', 'Subscription.apiName', 'Subscription.apiVersion']
/** Left out where a list is asked for with `shrink`: ServiceEntryMappingUtil of carbon-apimgt, fromServiceToDTO. */
const SHRUNK = ['Service.serviceUrl', 'Service.definitionType']
const NOT_REQUIRED = new Set([...MISNAMED, ...SHRUNK])

/** Called objects, where the product sends whatever the kind of condition needs, or a text. */
const ANYTHING = new Set(['BlockingCondition.conditionValue', 'TokenValidation.value'])

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const PLAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: it => typeof it === 'string',
  integer: it => Number.isInteger(it),
  number: it => typeof it === 'number',
  boolean: it => typeof it === 'boolean',
  map: isObject,
  // Some have no type at all, such as keyManagers.
  object: it => typeof it === 'object',
  any: () => true,
}

/**
 * What of an answer is not as the description says, each by its place. A field that says nothing is null, as the product's are; 4.x's may
 * be missing.
 */
export const strange = (api: ApiName, kind: string, value: unknown, at = ''): readonly string[] => {
  if (kind.startsWith('[')) {
    if (!Array.isArray(value)) return [`${at}: is no list`]
    return value.flatMap((it, i) => strange(api, kind.slice(1, -1), it, `${at}[${i}]`))
  }
  const plain = PLAIN[kind]
  if (plain) return plain(value) ? [] : [`${at}: is no ${kind}`]
  const fields = fieldsOf(api, kind)
  if (fields.length === 0) return []
  if (!isObject(value)) return [`${at}: is no object`]
  const known = new Set(fields.map(it => it.name))
  const unknown = Object.keys(value).filter(it => !known.has(it))
  return [
    ...unknown.map(it => `${at}.${it}: is not in ${kind}`),
    ...fields.flatMap(({name, kind: of, required, values}) => {
      const it = value[name]
      if (it === undefined || it === null) {
        const isNeeded = required ? !NOT_REQUIRED.has(`${kind}.${name}`) : it === undefined && !api.endsWith('-4')
        return isNeeded ? [`${at}.${name}: is missing`] : []
      }
      if (values.length > 0 && !values.includes(String(it))) return [`${at}.${name}: is none of ${values.join(', ')}`]
      return ANYTHING.has(`${kind}.${name}`) ? [] : strange(api, of, it, `${at}.${name}`)
    }),
  ]
}
