import {z} from 'zod'
import {
  addCategory,
  addLabel,
  categoriesOf,
  changeCategory,
  changeLabel,
  labelsOf,
  removeCategory,
  removeLabel,
  type Category,
  type Label,
} from '../../../apis/categories.js'
import {listApis} from '../../../apis/api-store.js'
import {exclusive, transaction} from '../../../databases/sql.js'
import {checked} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {conflict, missing} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import type {Principal} from '../../../oauth/guard.js'
import type {Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'

/** No space and no special character: APIUtil.isValidCategoryName of carbon-apimgt v6.7.206 and its like. */
const name = storable(255, 1).refine(
  it => !/[\s~!@#;%^*()+={}|<>"',[\]&/$\\]/.test(it),
  'has characters that no name may have',
)
const category = z.object({name, description: storable(1024).nullish()})
const label = category.extend({accessUrls: z.array(storable(255, 1)).max(100).nullish()})

type Tenant = Principal['tenant']

/** A category with how many APIs name it. */
export interface CountedCategory extends Category {
  readonly numberOfAPIs: number
}

/** What can be done to the categories of APIs. Throws Faults. */
export function makeCategories({apim, shared}: Publishing) {
  const usedBy = async ({id}: Tenant, wanted: string) =>
    (await listApis(shared, id)).filter(({api}) => api.categories.includes(wanted)).length
  const need = async (tenant: Tenant, id: string): Promise<Category> => {
    const found = (await categoriesOf(apim, tenant.id)).find(it => it.id === id)
    if (!found) throw missing('API category', id)
    return found
  }
  return {
    list: async (tenant: Tenant): Promise<readonly CountedCategory[]> => {
      const apis = await listApis(shared, tenant.id)
      return (await categoriesOf(apim, tenant.id)).map(it => ({
        ...it,
        numberOfAPIs: apis.filter(({api}) => api.categories.includes(it.name)).length,
      }))
    },
    add: async (tenant: Tenant, asked: unknown): Promise<CountedCategory> => {
      const {name: given, description} = checked(category, asked)
      const made = await addCategory(apim, tenant.id, {name: given, description: description ?? ''})
      return {...made, numberOfAPIs: 0}
    },
    change: async (tenant: Tenant, id: string, asked: unknown): Promise<CountedCategory> => {
      const before = await need(tenant, id)
      const {name: given, description} = checked(category, asked)
      const used = await usedBy(tenant, before.name)
      // APIs name it: the product changes the name under them.
      if (given !== before.name && used > 0) throw conflict(`The category ${before.name} is in use: its name stays`)
      const changed = {id, name: given, description: description ?? ''}
      await changeCategory(apim, tenant.id, changed)
      return {...changed, numberOfAPIs: used}
    },
    remove: async (tenant: Tenant, id: string): Promise<void> => {
      const {name: given} = await need(tenant, id)
      if ((await usedBy(tenant, given)) > 0) {
        throw conflict(`Unable to delete the category. It is attached to API(s)`)
      }
      await removeCategory(apim, tenant.id, id)
    },
  }
}

const LABELS_LOCK = 'labels'

/** What can be done to labels of microgateways. Throws Faults. */
export function makeLabels({apim, shared}: Publishing) {
  const isUsed = async ({id}: Tenant, wanted: string) =>
    (await listApis(shared, id)).some(({api}) => api.labels.includes(wanted))
  const need = async ({domain}: Tenant, id: string): Promise<Label> => {
    const found = (await labelsOf(apim, domain)).find(it => it.id === id)
    if (!found) throw missing('Label', id)
    return found
  }
  const read = (asked: unknown): Omit<Label, 'id'> => {
    const {name: given, description, accessUrls} = checked(label, asked)
    return {name: given, description: description ?? '', urls: accessUrls ?? []}
  }
  return {
    list: ({domain}: Tenant) => labelsOf(apim, domain),
    add: ({domain}: Tenant, asked: unknown): Promise<Label> => {
      const given = read(asked)
      return exclusive(apim, LABELS_LOCK, on => addLabel(on, domain, given))
    },
    change: async (tenant: Tenant, id: string, asked: unknown): Promise<Label> => {
      const {name: before} = await need(tenant, id)
      const changed = {id, ...read(asked)}
      // APIs name it, as they do categories.
      if (changed.name !== before && (await isUsed(tenant, before))) {
        throw conflict(`The label ${before} is in use: its name stays`)
      }
      await exclusive(apim, LABELS_LOCK, on => changeLabel(on, tenant.domain, changed))
      return need(tenant, id)
    },
    remove: async (tenant: Tenant, id: string): Promise<void> => {
      const {name: given} = await need(tenant, id)
      // APIAdminImpl.deleteLabel of carbon-apimgt v6.7.206.
      if (await isUsed(tenant, given)) throw conflict('Unable to delete the label. It is attached to an API')
      await transaction(apim, on => removeLabel(on, id))
    },
  }
}

const toLabel = ({urls, ...it}: Label) => ({...it, accessUrls: urls})

/** Categories of APIs, and labels of microgateways, by REST: what an API may name. */
export function categoryRoutes(publishing: Publishing): readonly Route[] {
  const {guard} = publishing
  const [categories, labels] = [makeCategories(publishing), makeLabels(publishing)]
  const tenantOf = async (call: Call, scopes: readonly string[]) => (await guard.principal(call, scopes)).tenant
  const path = `${ADMIN}/api-categories`
  return [
    route.get(path, async call => {
      const list = await categories.list(await tenantOf(call, MAY.seeCategories))
      return json({count: list.length, list})
    }),
    route.post(path, async call => {
      const made = await categories.add(await tenantOf(call, MAY.seeCategories), await call.json())
      return {...json(made, 201), headers: {location: `${path}/${made.id}`}}
    }),
    route.put(`${path}/:apiCategoryId`, async call => {
      const tenant = await tenantOf(call, MAY.seeCategories)
      return json(await categories.change(tenant, call.param('apiCategoryId'), await call.json()))
    }),
    route.delete(`${path}/:apiCategoryId`, async call => {
      await categories.remove(await tenantOf(call, MAY.seeCategories), call.param('apiCategoryId'))
      return {status: 200}
    }),
    route.get(`${ADMIN}/labels`, async call => {
      const list = (await labels.list(await tenantOf(call, MAY.seeLabels))).map(toLabel)
      return json({count: list.length, list})
    }),
    route.post(`${ADMIN}/labels`, async call => {
      const made = await labels.add(await tenantOf(call, MAY.manageLabels), await call.json())
      return {...json(toLabel(made), 201), headers: {location: `${ADMIN}/labels/${made.id}`}}
    }),
    route.put(`${ADMIN}/labels/:labelId`, async call => {
      const tenant = await tenantOf(call, MAY.manageLabels)
      return json(toLabel(await labels.change(tenant, call.param('labelId'), await call.json())))
    }),
    route.delete(`${ADMIN}/labels/:labelId`, async call => {
      await labels.remove(await tenantOf(call, MAY.manageLabels), call.param('labelId'))
      return {status: 200}
    }),
  ]
}
