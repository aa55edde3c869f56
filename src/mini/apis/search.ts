import type {Queryable} from '../databases/sql.js'
import type {ApiOf} from './api-store.js'
import {SHOWN, type Api} from './api.js'
import {allDocuments, contentOf, type StoredDocument} from './documents.js'

/**
 * Words of the product's query language, and what of an API each looks at: APIConstants and APIUtil.constructNewSearchQuery of carbon-apimgt
 * v6.7.206. Any other word is an additional property's name.
 */
const FIELDS: Readonly<Record<string, (api: Api) => readonly string[]>> = {
  name: api => [api.name],
  context: api => [api.context],
  version: api => [api.version],
  provider: api => [api.provider],
  status: api => [api.lifeCycleStatus],
  type: api => [api.type],
  description: api => [api.description ?? ''],
  tag: api => api.tags,
  tags: api => api.tags,
  label: api => api.labels,
  'api-category': api => api.categories,
  subcontext: api => api.operations.map(it => it.target),
  content: api => [
    ...[api.name, api.description ?? '', api.context, api.version, api.provider, ...api.tags],
    ...api.operations.map(it => it.target),
    ...Object.values(api.additionalProperties),
  ],
  // Finds documents only.
  doc: () => [],
}
/** Words that look at documents too: what they are called, what is said of them, and their text. */
const OF_DOCUMENTS: readonly string[] = ['content', 'doc']

interface Term {
  readonly field: string
  readonly fits: (value: string) => boolean
}

/** What is looked for: in APIs, and in documents. */
export interface Query {
  readonly api: (api: Api) => boolean
  /** With its text; undefined where no document can fit. */
  readonly document: ((texts: readonly string[]) => boolean) | undefined
}

const TERM = /(?:([\w-]+):)?(?:"([^"]*)"|(\S+))/g

function propertyOf({additionalProperties}: Api, field: string): readonly string[] {
  const names = [field, `${field}${SHOWN}`]
  return Object.entries(additionalProperties).flatMap(([name, value]) =>
    names.includes(name.toLowerCase()) ? [value] : [],
  )
}

/**
 * Reads a query such as `name:pizza version:1.0.0`: every term has to fit, whatever its case; a text in quotes is the whole value, any
 * other a part of it, and so is each in `content` and `doc`. A term without a word is of `otherwise`.
 */
export function parseSearch(text: string, otherwise: 'name' | 'content'): Query {
  const terms = [...text.slice(0, 1000).matchAll(TERM)].map(([, word = otherwise, whole, part]): Term => {
    const field = word.toLowerCase()
    const wanted = (whole ?? part ?? '').replace(/\*/g, '').toLowerCase()
    const exact = whole !== undefined && !OF_DOCUMENTS.includes(field)
    return {field, fits: value => (exact ? value.toLowerCase() === wanted : value.toLowerCase().includes(wanted))}
  })
  const valuesOf = (api: Api, field: string) =>
    Object.hasOwn(FIELDS, field) ? (FIELDS[field]?.(api) ?? []) : propertyOf(api, field)
  const ofDocuments = terms.length > 0 && terms.every(({field}) => OF_DOCUMENTS.includes(field))
  return {
    api: api => terms.every(({field, fits}) => valuesOf(api, field).some(fits)),
    document: ofDocuments ? texts => terms.every(({fits}) => texts.some(fits)) : undefined,
  }
}

/** The APIs that fit a query as lists of APIs take it: what `content` asks for is the name there, as in the product. */
export const apisBy = (text: string): ((api: Api) => boolean) =>
  parseSearch(text.replace(/^content:/i, 'name:'), 'name').api

/** Something that was found: an API, or a document of one. */
export interface Found {
  readonly api: Api
  readonly document?: StoredDocument
}

/** Bytes of a document's text that are looked at. */
const MOST_TEXT = 256 * 1024

async function textsOf(shared: Queryable, of: ApiOf, document: StoredDocument): Promise<readonly string[]> {
  const isText = document.sourceType === 'INLINE' || document.sourceType === 'MARKDOWN'
  const content = isText ? await contentOf(shared, of, document) : undefined
  return [document.name, document.summary ?? '', content?.bytes.subarray(0, MOST_TEXT).toString('utf8') ?? '']
}

/** Searches a tenant's APIs and their documents, of these those that `sees` says; all that was found, by name. */
export async function searchAll(
  shared: Queryable,
  text: string,
  {tenantId, apis}: {readonly tenantId: number; readonly apis: readonly Api[]},
  sees: (document: StoredDocument, of: ApiOf) => boolean,
): Promise<readonly Found[]> {
  const query = parseSearch(text, 'content')
  const found: Found[] = apis.filter(query.api).map(api => ({api}))
  const documentsOf = query.document && (await allDocuments(shared, tenantId))
  for (const api of documentsOf ? apis : []) {
    for (const document of documentsOf?.(api).filter(it => sees(it, {api, tenantId})) ?? []) {
      if (query.document?.(await textsOf(shared, {api, tenantId}, document))) found.push({api, document})
    }
  }
  const nameOf = (it: Found) => (it.document ?? it.api).name
  return found.sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
}
