import {randomUUID} from 'node:crypto'
import {change, insert, isDuplicate, rows, type Queryable} from '../databases/sql.js'
import {alreadyExists, badRequest} from '../http/fault.js'

/** A row of AM_API_CATEGORIES. */
export interface Category {
  readonly id: string
  readonly name: string
  readonly description: string
}

/** A tenant's API categories, by name. */
export const categoriesOf = (apim: Queryable, tenantId: number): Promise<readonly Category[]> =>
  rows<Category>(
    apim,
    "SELECT UUID AS id, NAME AS name, COALESCE(DESCRIPTION, '') AS description FROM AM_API_CATEGORIES WHERE TENANT_ID = ? ORDER BY NAME",
    [tenantId],
  )

/** 400 for one that is there: ApiCategoriesApiServiceImpl of carbon-apimgt v6.7.206. */
const taken = (name: string) => badRequest(`Category with name '${name}' already exists`)

export async function addCategory(apim: Queryable, tenantId: number, given: Omit<Category, 'id'>): Promise<Category> {
  const made = {id: randomUUID(), ...given}
  try {
    await insert(apim, 'AM_API_CATEGORIES', {
      UUID: made.id,
      NAME: made.name,
      DESCRIPTION: made.description,
      TENANT_ID: tenantId,
    })
  } catch (error) {
    throw isDuplicate(error) ? taken(given.name) : error
  }
  return made
}

export async function changeCategory(apim: Queryable, tenantId: number, {id, name, description}: Category) {
  const sql = 'UPDATE AM_API_CATEGORIES SET NAME = ?, DESCRIPTION = ? WHERE UUID = ? AND TENANT_ID = ?'
  try {
    await change(apim, sql, [name, description, id, tenantId])
  } catch (error) {
    throw isDuplicate(error) ? taken(name) : error
  }
}

export const removeCategory = (apim: Queryable, tenantId: number, id: string) =>
  change(apim, 'DELETE FROM AM_API_CATEGORIES WHERE UUID = ? AND TENANT_ID = ?', [id, tenantId])

/** A label of microgateways: AM_LABELS with AM_LABEL_URLS. */
export interface Label extends Category {
  readonly urls: readonly string[]
}

/** A tenant's labels, by name. */
export async function labelsOf(apim: Queryable, tenantDomain: string): Promise<readonly Label[]> {
  const found = await rows<Category & {url: string | null}>(
    apim,
    "SELECT l.LABEL_ID AS id, l.NAME AS name, COALESCE(l.DESCRIPTION, '') AS description, u.ACCESS_URL AS url FROM AM_LABELS l " +
      'LEFT JOIN AM_LABEL_URLS u ON u.LABEL_ID = l.LABEL_ID WHERE l.TENANT_DOMAIN = ? ORDER BY l.NAME, u.ACCESS_URL',
    [tenantDomain],
  )
  const labels = new Map<string, Label>()
  for (const {url, ...it} of found) {
    labels.set(it.id, {...it, urls: [...(labels.get(it.id)?.urls ?? []), ...(url === null ? [] : [url])]})
  }
  return [...labels.values()]
}

const insertUrls = async (on: Queryable, {id, urls}: Pick<Label, 'id' | 'urls'>) => {
  for (const it of new Set(urls)) await insert(on, 'AM_LABEL_URLS', {LABEL_ID: id, ACCESS_URL: it})
}

async function checkLabel(on: Queryable, tenantDomain: string, name: string, own?: string): Promise<void> {
  const taken = (await labelsOf(on, tenantDomain)).some(it => it.name === name && it.id !== own)
  if (taken) throw alreadyExists(`Label ${name} already exists`)
}

/** Adds a label. Inside of `exclusive`, as is `changeLabel`: the table has no key against two of one name. */
export async function addLabel(on: Queryable, tenantDomain: string, given: Omit<Label, 'id'>): Promise<Label> {
  await checkLabel(on, tenantDomain, given.name)
  const made = {id: randomUUID(), ...given}
  const {id: LABEL_ID, name: NAME, description: DESCRIPTION} = made
  await insert(on, 'AM_LABELS', {LABEL_ID, NAME, DESCRIPTION, TENANT_DOMAIN: tenantDomain})
  await insertUrls(on, made)
  return made
}

export async function changeLabel(on: Queryable, tenantDomain: string, label: Label): Promise<void> {
  const {id, name, description} = label
  await checkLabel(on, tenantDomain, name, id)
  await change(on, 'UPDATE AM_LABELS SET NAME = ?, DESCRIPTION = ? WHERE LABEL_ID = ?', [name, description, id])
  await change(on, 'DELETE FROM AM_LABEL_URLS WHERE LABEL_ID = ?', [id])
  await insertUrls(on, label)
}

/** Within a transaction. */
export async function removeLabel(on: Queryable, id: string): Promise<void> {
  await change(on, 'DELETE FROM AM_LABEL_URLS WHERE LABEL_ID = ?', [id])
  await change(on, 'DELETE FROM AM_LABELS WHERE LABEL_ID = ?', [id])
}
