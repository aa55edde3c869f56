import {listApis, type StoredApi} from '../../../apis/api-store.js'
import type {Call} from '../../../http/call.js'
import {badRequest, notFound} from '../../../http/fault.js'
import {flagOf} from '../../../http/flag.js'
import {multipartOf, type Multipart} from '../../../http/multipart.js'
import {route, type Answer, type Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {seenBy} from '../access-control.js'
import {needApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {ADMIN, MAY, PUBLISHER} from '../rest/scopes-of-operations.js'
import {apiIn3} from './archive-3.js'
import {formatOf} from './archive-writer.js'
import {exportApi} from './export-api.js'
import {importApi, type ImportRules} from './import-api.js'

/** Bytes of an archive that is uploaded. */
export const ARCHIVE_LIMIT = 8 * 1024 * 1024

/** The file of a form. Throws a Fault 400. */
export function fileIn(form: Multipart): Buffer {
  const file = form.get('file')
  if (!file) throw badRequest('file: is missing')
  return file.bytes
}

/** The file of an upload. Throws a Fault 400. */
export const uploaded = async (call: Call): Promise<Buffer> => fileIn(await multipartOf(call))

/** A zip that a client saves under this name. */
export const download = (body: Buffer, name: string): Answer => ({
  status: 200,
  body,
  type: 'application/zip',
  headers: {'content-disposition': `attachment; filename="${name.replace(/[^\w. -]/g, '_')}.zip"`},
})

/** The API that a query names. Throws a Fault 400 or 404. */
export async function askedApi(publishing: Publishing, {query}: Call, principal: Principal): Promise<StoredApi> {
  const id = query.get('apiId')
  if (id) return needApi(publishing, principal, id)
  const [name, version, provider] = ['name', 'version', 'providerName'].map(it => query.get(it))
  if (!name || !version) throw badRequest("'apiId', or 'name' and 'version', should be specified")
  const all = await seenBy(publishing, principal, await listApis(publishing.shared, principal.tenant.id))
  const found = all.find(
    ({api}) => api.name === name && api.version === version && (!provider || api.provider === provider),
  )
  if (!found)
    throw notFound(`Requested API with name '${name.slice(0, 50)}' and version '${version.slice(0, 30)}' not found`)
  return found
}

/** What importing does in 3.2.0: APIImportUtil.java of carbon-apimgt v6.7.206. */
const RULES: ImportRules = {fits: true, makesMissing: false, replacesDocuments: false}

/** APIs as archives, as apictl 3.2 moves them: ExportApiServiceImpl and ImportApiServiceImpl of carbon-apimgt v6.7.206. */
export function archiveRoutes(publishing: Publishing): readonly Route[] {
  const {guard, face} = publishing

  const save = async (call: Call, scopes: readonly string[]): Promise<Answer> => {
    const principal = await guard.principal(call, scopes)
    const [format, withStatus] = [formatOf(call), flagOf(call, 'preserveStatus', true)]
    const stored = await askedApi(publishing, call, principal)
    const {name, version} = stored.api
    return download(await exportApi(publishing, stored, format, withStatus), `${name}-${version}`)
  }
  const load = async (call: Call): Promise<Answer> => {
    const caller = await guard.principal(call, MAY.exchange)
    // Who may import makes and changes whole APIs.
    const principal = {...caller, scopes: [...caller.scopes, ...MAY.create]}
    const options = {
      preserveProvider: flagOf(call, 'preserveProvider', true),
      overwrite: flagOf(call, 'overwrite', false),
    }
    const by = {principal, correlationId: call.correlationId}
    await importApi(publishing, by, await apiIn3(await uploaded(call)), RULES, options)
    return {status: 200, body: 'API imported successfully.'}
  }
  return [
    // In 4.x the publisher has its own.
    ...(face === '4' ? [] : [route.get(`${PUBLISHER}/apis/export`, call => save(call, MAY.export))]),
    route.get(`${ADMIN}/export/api`, call => save(call, MAY.exchange)),
    route.post(`${ADMIN}/import/api`, load, {bodyLimit: ARCHIVE_LIMIT}),
  ]
}
