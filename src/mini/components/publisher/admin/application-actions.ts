import {change, rows} from '../../../databases/sql.js'
import {conflict, Fault, missing, notFound} from '../../../http/fault.js'
import {nameOf, type Principal} from '../../../oauth/guard.js'
import {findUser, splitName, type FoundUser} from '../../../users/users.js'
import {applicationsOf, type Application} from '../../devportal/application-store.js'
import {removeApplication} from '../../devportal/applications.js'
import {isOwnKey, keysOf} from '../../devportal/keys.js'
import {subscriberOf} from '../../devportal/subscribers.js'
import type {Publishing} from '../publishing.js'

const SELECT =
  'SELECT a.APPLICATION_ID AS id, a.UUID AS uuid, a.NAME AS name, s.USER_ID AS owner, a.APPLICATION_STATUS AS status FROM AM_APPLICATION a ' +
  'JOIN AM_SUBSCRIBER s ON s.SUBSCRIBER_ID = a.SUBSCRIBER_ID WHERE s.TENANT_ID = ? ORDER BY a.NAME, a.APPLICATION_ID'

/** What an administrator sees of an application. */
type Info = Pick<Application, 'id' | 'uuid' | 'name' | 'owner' | 'status'>

/** What administrators can do to the applications of their tenant. Throws Faults. */
export function makeApplications(publishing: Publishing) {
  const {apim, shared, hub, keyManager} = publishing
  const list = ({id}: Principal['tenant']) => rows<Info>(apim, SELECT, [id])
  const need = async ({tenant}: Principal, uuid: string): Promise<Info> => {
    const found = (await list(tenant)).find(it => it.uuid === uuid)
    if (!found) throw missing('Application', uuid)
    return found
  }
  /** A user of the caller's tenant, as one who owns applications. Throws a Fault 403 for another tenant's, 404 for nobody. */
  const ownerCalled = async ({tenant}: Principal, name: string): Promise<Principal> => {
    if (splitName(name).domain !== tenant.domain) throw new Fault(403, 'Cross Tenant Imports are not allowed')
    const user: FoundUser | undefined = await findUser(shared, name)
    if (!user) throw notFound(`There is no user ${name.slice(0, 100)}`)
    return {name: user.name, tenant, consumerKey: '', scopes: []}
  }
  return {
    list,
    ownerCalled,
    changeOwner: async (caller: Principal, uuid: string, ownerName: string, correlationId: string): Promise<void> => {
      const found = await need(caller, uuid)
      const owner = await ownerCalled(caller, ownerName)
      const subscriber = await subscriberOf(publishing, owner)
      if ((await applicationsOf(apim, subscriber)).some(it => it.name === found.name && it.uuid !== uuid)) {
        throw conflict(`${nameOf(owner)} has an application ${found.name} already`)
      }
      // Keys first: with the key manager away nothing is half changed.
      for (const {consumerKey} of (await keysOf(publishing, found)).filter(isOwnKey)) {
        await keyManager.changeOwner(consumerKey, nameOf(owner), correlationId)
      }
      const sql = 'UPDATE AM_APPLICATION SET SUBSCRIBER_ID = ?, UPDATED_BY = ?, UPDATED_TIME = NOW() WHERE UUID = ?'
      await change(apim, sql, [subscriber, nameOf(caller).slice(0, 100), uuid])
      const event = {applicationId: found.id, uuid, applicationName: found.name}
      hub.notify('APPLICATION_UPDATE', caller.tenant.domain, event)
    },
    remove: async (caller: Principal, uuid: string, correlationId: string): Promise<void> =>
      removeApplication(publishing, caller, await need(caller, uuid), correlationId),
  }
}
