import {z} from 'zod'
import {unzipped, zipped} from '../../../archive.js'
import {checked, parsedJson} from '../../../http/body.js'
import {badRequest} from '../../../http/fault.js'
import type {Format} from './archive-writer.js'

/** What is kept of a client: OAuthApplicationInfo.java. */
const client = z.looseObject({
  clientId: z.string().nullish(),
  /** In base64. */
  clientSecret: z.string().nullish(),
  callBackURL: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
})

/**
 * An application as archives have it: Application.java of carbon-apimgt v6.7.206 as Gson writes it, read by
 * FileBasedApplicationImportExportManager.java.
 */
export const applicationModel = z.looseObject({
  name: z.string().min(1).max(100),
  tier: z.string().min(1),
  description: z.string().max(512).nullish(),
  owner: z.string().nullish(),
  subscriber: z.looseObject({name: z.string()}).nullish(),
  tokenType: z.string().nullish(),
  groupId: z.string().nullish(),
  applicationAttributes: z.record(z.string().min(1).max(255), z.string().max(1024)).nullish(),
  /** By type of key, then by the key manager's name. */
  keyManagerWiseOAuthApp: z.record(z.string(), z.record(z.string(), client)).nullish(),
  subscribedAPIs: z
    .array(
      z.looseObject({
        apiId: z.looseObject({providerName: z.string(), apiName: z.string(), version: z.string()}).nullish(),
        tier: z.looseObject({name: z.string()}).nullish(),
      }),
    )
    .max(1000)
    .nullish(),
})

export type ApplicationModel = z.output<typeof applicationModel>
export type ClientModel = z.output<typeof client>

/** How an archive has an application. */
export interface ApplicationForm {
  pack(model: ApplicationModel, format: Format): Promise<Buffer>
  /** Throws a Fault 400. */
  read(archive: Buffer): Promise<ApplicationModel>
}

/** As apictl 3.2 has it. */
export const FORM_3: ApplicationForm = {
  // Only letters, digits and some signs are in names of applications, so one can be a file's.
  pack: model => zipped(new Map([[`${model.name}/${model.name}.json`, Buffer.from(JSON.stringify(model, null, 2))]])),
  read: async archive => {
    const files = await unzipped(archive)
    const [path, bytes] = [...files].find(([name]) => /^([^/]+)\/\1\.json$/.test(name)) ?? []
    if (path === undefined || !bytes) throw badRequest('The archive has no application: NAME/NAME.json')
    return checked(applicationModel, parsedJson(bytes.toString('utf8'), `${path}: is no valid JSON`))
  },
}
