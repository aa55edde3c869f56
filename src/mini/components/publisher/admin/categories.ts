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
import {bodyOf} from '../../../http/body.js'
import {conflict, missing} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import type {Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'

/** No space and no special character: APIUtil.isValidCategoryName of carbon-apimgt v6.7.206 and its like. */
const name = storable(255, 1).refine(
  it => !/[\s~!@#;%^*()+={}|<>"',[\]&/$\\]/.test(it),
  'has characters that no name may have',
)
const category = z.object({name, description: storable(1024).nullish()})
const label = category.extend({accessUrls: z.array(storable(255, 1)).max(100).nullish()})

/** Categories of APIs, and labels of microgateways: what an API may name. */
export function categoryRoutes({apim, shared, guard}: Publishing): readonly Route[] {
  const toLabel = ({urls, ...it}: Label) => ({...it, accessUrls: urls})
  const needLabel = async (tenantDomain: string, id: string): Promise<Label> => {
    const found = (await labelsOf(apim, tenantDomain)).find(it => it.id === id)
    if (!found) throw missing('Label', id)
    return found
  }
  const needCategory = async (tenantId: number, id: string): Promise<Category> => {
    const found = (await categoriesOf(apim, tenantId)).find(it => it.id === id)
    if (!found) throw missing('API category', id)
    return found
  }
  const usedBy = async (tenantId: number, wanted: string) =>
    (await listApis(shared, tenantId)).filter(({api}) => api.categories.includes(wanted)).length

  return [
    route.get(`${ADMIN}/api-categories`, async call => {
      const {tenant} = await guard.principal(call, MAY.seeCategories)
      const apis = await listApis(shared, tenant.id)
      const list = (await categoriesOf(apim, tenant.id)).map(it => ({
        ...it,
        numberOfAPIs: apis.filter(({api}) => api.categories.includes(it.name)).length,
      }))
      return json({count: list.length, list})
    }),
    route.post(`${ADMIN}/api-categories`, async call => {
      const {tenant} = await guard.principal(call, MAY.seeCategories)
      const {name: given, description} = await bodyOf(call, category)
      const made = await addCategory(apim, tenant.id, {name: given, description: description ?? ''})
      const location = `${ADMIN}/api-categories/${made.id}`
      return {...json({...made, numberOfAPIs: 0}, 201), headers: {location}}
    }),
    route.put(`${ADMIN}/api-categories/:apiCategoryId`, async call => {
      const {tenant} = await guard.principal(call, MAY.seeCategories)
      const before = await needCategory(tenant.id, call.param('apiCategoryId'))
      const {name: given, description} = await bodyOf(call, category)
      const used = await usedBy(tenant.id, before.name)
      // APIs name it: the product changes the name under them.
      if (given !== before.name && used > 0) throw conflict(`The category ${before.name} is in use: its name stays`)
      const changed = {id: before.id, name: given, description: description ?? ''}
      await changeCategory(apim, tenant.id, changed)
      return json({...changed, numberOfAPIs: used})
    }),
    route.delete(`${ADMIN}/api-categories/:apiCategoryId`, async call => {
      const {tenant} = await guard.principal(call, MAY.seeCategories)
      const {id, name: given} = await needCategory(tenant.id, call.param('apiCategoryId'))
      if ((await usedBy(tenant.id, given)) > 0) {
        throw conflict(`Unable to delete the category. It is attached to API(s)`)
      }
      await removeCategory(apim, tenant.id, id)
      return {status: 200}
    }),
    route.get(`${ADMIN}/labels`, async call => {
      const {tenant} = await guard.principal(call, MAY.seeLabels)
      const list = (await labelsOf(apim, tenant.domain)).map(toLabel)
      return json({count: list.length, list})
    }),
    route.post(`${ADMIN}/labels`, async call => {
      const {tenant} = await guard.principal(call, MAY.manageLabels)
      const {name: given, description, accessUrls} = await bodyOf(call, label)
      const asked = {name: given, description: description ?? '', urls: accessUrls ?? []}
      const made = await exclusive(apim, 'labels', on => addLabel(on, tenant.domain, asked))
      return {...json(toLabel(made), 201), headers: {location: `${ADMIN}/labels/${made.id}`}}
    }),
    route.put(`${ADMIN}/labels/:labelId`, async call => {
      const {tenant} = await guard.principal(call, MAY.manageLabels)
      const {id} = await needLabel(tenant.domain, call.param('labelId'))
      const {name: given, description, accessUrls} = await bodyOf(call, label)
      const changed = {id, name: given, description: description ?? '', urls: accessUrls ?? []}
      await transaction(apim, on => changeLabel(on, changed))
      return json(toLabel(await needLabel(tenant.domain, id)))
    }),
    route.delete(`${ADMIN}/labels/:labelId`, async call => {
      const {tenant} = await guard.principal(call, MAY.manageLabels)
      const {id} = await needLabel(tenant.domain, call.param('labelId'))
      await transaction(apim, on => removeLabel(on, id))
      return {status: 200}
    }),
  ]
}
