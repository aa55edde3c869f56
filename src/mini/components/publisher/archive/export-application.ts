import {missingOperation, notFound} from '../../../http/fault.js'
import type {Application} from '../../devportal/application-store.js'
import {checkOwn, keysOf, type ApplicationKey} from '../../devportal/keys.js'
import {subscriptionsOf} from '../../devportal/subscription-store.js'
import type {Publishing} from '../publishing.js'
import type {ApplicationModel, ClientModel} from './application-model.js'

/** A key with its secret, in base64, as the product has it. Throws a Fault 404 or 501 where there is no secret to tell. */
async function clientOf({keyManager}: Publishing, {owner}: Application, key: ApplicationKey): Promise<ClientModel> {
  checkOwn(key)
  const found = await keyManager.find(key.consumerKey)
  if (!found) throw notFound(`The key manager has no client ${key.consumerKey}: leave out withKeys`)
  if (found.clientSecret === '') {
    throw missingOperation('mini exports no keys where secrets are kept as hashes: leave out withKeys')
  }
  const parameters = {
    grant_types: key.grantTypes.join(' '),
    redirect_uris: key.callbackUrl ?? '',
    ...(key.properties !== undefined && {additionalProperties: key.properties}),
  }
  return {
    clientId: key.consumerKey,
    clientSecret: Buffer.from(found.clientSecret).toString('base64'),
    callBackURL: key.callbackUrl ?? '',
    parameters,
    isSaasApplication: false,
    appOwner: owner,
  }
}

/** Keys by type and key manager. */
async function clientsOf(publishing: Publishing, application: Application) {
  const clients: Record<string, Record<string, ClientModel>> = {}
  for (const key of await keysOf(publishing, application)) {
    const {keyType, keyManager} = key
    clients[keyType] = {...clients[keyType], [keyManager]: await clientOf(publishing, application, key)}
  }
  return clients
}

/** An application with its subscriptions as archives have it; with its keys, where that is asked for. Throws Faults. */
export async function modelOf(
  publishing: Publishing,
  application: Application,
  withKeys: boolean,
): Promise<ApplicationModel> {
  const {name, uuid, id, policy: tier, description, status, owner, tokenType, tenantId, attributes} = application
  const subscriber = {name: owner, tenantId}
  return {
    ...{id, name, uuid, subscriber, tier, description, status, groupId: '', owner, tokenType},
    keys: [],
    keyManagerWiseOAuthApp: withKeys ? await clientsOf(publishing, application) : {},
    applicationAttributes: attributes,
    subscribedAPIs: (await subscriptionsOf(publishing, application)).map(it => ({
      subscriptionId: it.id,
      uuid: it.uuid,
      tier: {name: it.policy},
      subscriber,
      apiId: {providerName: it.apiProvider, apiName: it.apiName, version: it.apiVersion},
      subStatus: it.status,
      isBlocked: false,
    })),
  }
}
