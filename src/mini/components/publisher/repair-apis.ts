import type {Pool} from 'mysql2/promise'
import {
  addLifeCycleEvent,
  apiIds,
  apiKey,
  deleteApiRows,
  hasSubscriptions,
  insertApiRows,
  operationsInDocument,
  operationsInRows,
  updateApiRows,
} from '../../apis/api-rows.js'
import {listApis} from '../../apis/api-store.js'
import {exclusive} from '../../databases/sql.js'

/** The lock under which APIs change: they are in two databases. */
export const APIS_LOCK = 'apis'

const equal = (a: ReadonlySet<string> | undefined, b: ReadonlySet<string>) =>
  a !== undefined && a.size === b.size && [...b].every(it => a.has(it))

/**
 * Makes the rows of apimgtdb say what the documents of shareddb say. Each change commits the document first and the rows right after it;
 * a node that dies between the two leaves this to be done. Gives how many APIs it mended.
 */
export const repairApis = (apim: Pool, shared: Pool): Promise<number> =>
  exclusive(apim, APIS_LOCK, async on => {
    const [stored, ids, operations] = [await listApis(shared), await apiIds(on), await operationsInRows(on)]
    let mended = 0
    for (const {api, tenantId} of stored) {
      const id = ids.get(apiKey(api))
      if (id === undefined) {
        const made = await insertApiRows(on, tenantId, api, api.provider)
        await addLifeCycleEvent(on, made, tenantId, api.provider, {from: null, to: api.lifeCycleStatus})
      } else if (equal(operations.get(id), operationsInDocument(api))) continue
      else await updateApiRows(on, id, tenantId, api, api.provider)
      mended++
    }
    const known = new Set(stored.map(({api}) => apiKey(api)))
    for (const [key, id] of ids) {
      if (known.has(key) || (await hasSubscriptions(on, id))) continue
      await deleteApiRows(on, id)
      mended++
    }
    return mended
  })
