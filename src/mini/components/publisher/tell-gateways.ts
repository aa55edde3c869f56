import type {Pool} from 'mysql2/promise'
import {listApis} from '../../apis/api-store.js'
import {exclusive} from '../../databases/sql.js'
import type {HubClient} from '../../hub/hub-client.js'
import {removeStrayRevisions} from '../../revisions/revision-store.js'
import {SUPER_TENANT} from '../../users/users.js'
import type {Gateways} from './gateways.js'
import {APIS_LOCK} from './repair-apis.js'

interface Parts {
  readonly apim: Pool
  readonly shared: Pool
  readonly hub: HubClient
}

/**
 * Where gateways fetch what is deployed: the event hub tells them of a change of an API, its revisions are deployed by themselves, and all
 * that is left to do is to take away those of an API that is gone.
 */
export const tellGateways = ({apim, shared, hub}: Parts): Gateways => ({
  sync: async () => {
    const gone = await exclusive(apim, APIS_LOCK, async on =>
      removeStrayRevisions(on, new Set((await listApis(shared)).map(({api}) => api.id))),
    )
    for (const uuid of gone) hub.notify('REMOVE_API_FROM_GATEWAY', SUPER_TENANT.domain, {uuid})
  },
  close: () => undefined,
})
