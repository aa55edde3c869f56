import {badRequest, conflict, Fault, missingOperation, notFound} from '../../../http/fault.js'
import {RESIDENT_KEY_MANAGER} from '../../../hub/data.js'
import type {Principal} from '../../../oauth/guard.js'
import {applicationsOf, type Application} from '../../devportal/application-store.js'
import {applicationBody, createApplication, updateApplication} from '../../devportal/applications.js'
import {keyProperties} from '../../devportal/key-properties.js'
import {addKey, keysOf} from '../../devportal/keys.js'
import {subscriberOf} from '../../devportal/subscribers.js'
import {subscribe} from '../../devportal/subscriptions.js'
import {visibleApis} from '../../devportal/visible-apis.js'
import {checked} from '../../../http/body.js'
import type {Publishing} from '../publishing.js'
import type {ApplicationModel} from './application-model.js'

const KEY_TYPES = ['PRODUCTION', 'SANDBOX'] as const

export interface ImportOptions {
  /** Whether an application of the same name and owner is changed; else it is an error. */
  readonly update: boolean
  readonly skipSubscriptions: boolean
  readonly skipKeys: boolean
  readonly correlationId: string
}

type Key = Parameters<typeof addKey>[3]

/** The keys of an archive: ImportApiServiceImpl.getAPIKeyFromOauthApp of carbon-apimgt v6.7.206. Throws a Fault 400 or 501. */
function keysIn({keyManagerWiseOAuthApp}: ApplicationModel): readonly Key[] {
  return Object.entries(keyManagerWiseOAuthApp ?? {}).flatMap(([type, clients]) => {
    const keyType = KEY_TYPES.find(it => it === type)
    if (!keyType) throw badRequest(`keyManagerWiseOAuthApp: ${type.slice(0, 50)} is none of ${KEY_TYPES.join(', ')}`)
    return Object.entries(clients).map(([keyManager, {clientId, clientSecret, callBackURL, parameters}]): Key => {
      if (keyManager !== RESIDENT_KEY_MANAGER) {
        throw missingOperation(`mini has no key manager ${keyManager.slice(0, 100)}: say skipApplicationKeys=true`)
      }
      const text = (name: string) => (typeof parameters?.[name] === 'string' ? parameters[name] : '')
      return {
        keyType,
        grantTypes: text('grant_types')
          .split(/[\s,]+/)
          .filter(it => it !== ''),
        callbackUrl: text('redirect_uris') || callBackURL || null,
        properties: keyProperties(parameters?.['additionalProperties']),
        clientId: clientId ?? undefined,
        clientSecret: clientSecret ? Buffer.from(clientSecret, 'base64').toString('utf8') : undefined,
      }
    })
  })
}

/** Subscribes to the APIs that are there for the owner; those that are not are given back. */
async function addSubscriptions(
  publishing: Publishing,
  owner: Principal,
  application: Application,
  {subscribedAPIs}: ApplicationModel,
  update: boolean,
): Promise<readonly object[]> {
  const apis = await visibleApis(publishing, owner.tenant, owner)
  const skipped: object[] = []
  for (const {apiId, tier} of subscribedAPIs ?? []) {
    const {apiName = '', version = '', providerName = ''} = apiId ?? {}
    const api = apis.find(it => it.name === apiName && it.version === version)
    try {
      if (!api) throw notFound('There is no such API')
      await subscribe(publishing, owner, application, api, tier?.name ?? '')
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const isThere = error.status === 409 && update
      if (!isThere) skipped.push({name: apiName, version, provider: providerName})
    }
  }
  return skipped
}

/**
 * Makes the application of an archive, or changes the one that is there, for its owner: importApplicationsPost of carbon-apimgt v6.7.206.
 * As there, keys are added only to an application that has none. Throws Faults; what can be known before is, so that nothing is half made.
 */
export async function importApplication(
  publishing: Publishing,
  owner: Principal,
  model: ApplicationModel,
  {update, skipSubscriptions, skipKeys, correlationId}: ImportOptions,
): Promise<{readonly application: Application; readonly skipped: readonly object[]}> {
  if (model.groupId) throw missingOperation('mini shares no applications with groups')
  const {name, tier: throttlingPolicy, description, applicationAttributes} = model
  checked(applicationBody, {name, throttlingPolicy, description, attributes: applicationAttributes})
  const mine = await applicationsOf(publishing.apim, await subscriberOf(publishing, owner))
  const there = update ? mine.find(it => it.name === name) : undefined
  const hasKeys = there !== undefined && (await keysOf(publishing, there)).length > 0
  const keys = skipKeys || hasKeys ? [] : keysIn(model)
  for (const {clientId} of keys) {
    if (clientId && (await publishing.keyManager.find(clientId, correlationId))) {
      throw conflict(`The client id ${clientId.slice(0, 100)} is taken: say skipApplicationKeys=true`)
    }
  }

  const given = {
    ...{name, policy: throttlingPolicy, description: description || null, attributes: applicationAttributes ?? {}},
    tokenType: model.tokenType === 'OAUTH' ? 'OAUTH' : 'JWT',
  } as const
  const application = there
    ? await updateApplication(publishing, owner, there, given, correlationId)
    : await createApplication(publishing, owner, given)
  const skipped = skipSubscriptions ? [] : await addSubscriptions(publishing, owner, application, model, update)
  // With the id and secret that they have.
  for (const key of keys) await addKey(publishing, owner.tenant.domain, application, key, correlationId)
  return {application, skipped}
}
