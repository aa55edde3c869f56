import {z} from 'zod'
import {unzipped} from '../../../archive.js'
import {checked} from '../../../http/body.js'
import {badRequest} from '../../../http/fault.js'
import {RESIDENT_KEY_MANAGER} from '../../../hub/data.js'
import {applicationModel, type ApplicationForm, type ApplicationModel} from './application-model.js'
import {typed} from './archive-4.js'
import {archiveWriter} from './archive-writer.js'
import {either, parsed} from './archived-api.js'

/** ApplicationKeyDTO of devportal-api.yaml v3; the secret is in base64. */
const key = z.looseObject({
  keyType: z.string(),
  keyManager: z.string().nullish(),
  consumerKey: z.string().nullish(),
  consumerSecret: z.string().nullish(),
  supportedGrantTypes: z.array(z.string()).nullish(),
  callbackUrl: z.string().nullish(),
})

/** ExportedApplication.java of carbon-apimgt 21569b4, rest.api.store.v1. */
const exported = z.looseObject({
  data: z.looseObject({
    applicationInfo: z.looseObject({
      name: z.string(),
      throttlingPolicy: z.string(),
      description: z.string().nullish(),
      owner: z.string().nullish(),
      tokenType: z.string().nullish(),
      groups: z.array(z.string()).nullish(),
      attributes: z.record(z.string(), z.string()).nullish(),
      keys: z.array(key).nullish(),
    }),
    subscribedAPIs: z
      .array(z.looseObject({apiId: z.unknown(), throttlingPolicy: z.string().nullish()}))
      .max(1000)
      .nullish(),
  }),
})

type Key = z.output<typeof key>

const toKeys = ({keyManagerWiseOAuthApp: clients}: ApplicationModel): readonly Key[] =>
  Object.entries(clients ?? {}).flatMap(([keyType, byManager]) =>
    Object.entries(byManager).map(([keyManager, {clientId, clientSecret, callBackURL, parameters}]) => ({
      keyType,
      keyManager,
      consumerKey: clientId ?? null,
      consumerSecret: clientSecret ?? null,
      supportedGrantTypes: String(parameters?.['grant_types'] ?? '').split(' '),
      callbackUrl: callBackURL ?? null,
      keyState: 'APPROVED',
    })),
  )

function fromKeys(keys: readonly Key[]): NonNullable<ApplicationModel['keyManagerWiseOAuthApp']> {
  const clients: Record<string, NonNullable<ApplicationModel['keyManagerWiseOAuthApp']>[string]> = {}
  for (const {keyType, keyManager, consumerKey, consumerSecret, supportedGrantTypes, callbackUrl} of keys) {
    const client = {
      clientId: consumerKey ?? null,
      clientSecret: consumerSecret ?? null,
      callBackURL: callbackUrl ?? null,
      parameters: {grant_types: (supportedGrantTypes ?? []).join(' ')},
    }
    clients[keyType] = {...clients[keyType], [keyManager || RESIDENT_KEY_MANAGER]: client}
  }
  return clients
}

const PATH = /^(?:(.*)\/)?application\.(yaml|yml|json)$/

/** As apictl 4.x has it: ExportUtils.java of carbon-apimgt 21569b4 and ImportUtils.java of 0dff903, rest.api.store.v1. */
export const FORM_4: ApplicationForm = {
  pack: (model, format) => {
    const {name, uuid, owner, tier, description, status, tokenType, applicationAttributes, subscribedAPIs} = model
    const archive = archiveWriter(`${(owner ?? '').replaceAll('/', '#')}-${name}`, format)
    const applicationInfo = {
      ...{applicationId: uuid, name, throttlingPolicy: tier, description, tokenType, status, groups: []},
      subscriptionCount: (subscribedAPIs ?? []).length,
      keys: toKeys(model),
      attributes: applicationAttributes,
      subscriptionScopes: [],
      owner,
    }
    const subscriptions = (subscribedAPIs ?? []).map(it => ({
      apiId: it.apiId,
      subscriber: model.subscriber,
      throttlingPolicy: it.tier?.name,
    }))
    archive.text('application', typed('application', {applicationInfo, subscribedAPIs: subscriptions}))
    return archive.zip()
  },
  read: async bytes => {
    const files = await unzipped(bytes)
    const [path, folder] = [...files.keys()].map(it => PATH.exec(it)).find(it => it !== null) ?? []
    const found =
      path === undefined ? undefined : either(files, `${folder === undefined ? '' : `${folder}/`}application`)
    if (!found)
      throw badRequest('Cannot find Application definition. application.yaml or application.json should present')
    const {applicationInfo: info, subscribedAPIs} = checked(exported, parsed(found.bytes, found.path)).data
    return checked(applicationModel, {
      ...{name: info.name, tier: info.throttlingPolicy, description: info.description, owner: info.owner},
      tokenType: info.tokenType,
      groupId: (info.groups ?? []).join(','),
      applicationAttributes: info.attributes,
      keyManagerWiseOAuthApp: fromKeys(info.keys ?? []),
      subscribedAPIs: subscribedAPIs?.map(({apiId, throttlingPolicy}) => ({
        apiId,
        ...(throttlingPolicy && {tier: {name: throttlingPolicy}}),
      })),
    })
  },
}
