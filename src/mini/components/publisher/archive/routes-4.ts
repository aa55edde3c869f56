import {definitionOf} from '../../../apis/api-files.js'
import type {StoredApi} from '../../../apis/api-store.js'
import type {Call} from '../../../http/call.js'
import {missingOperation, notFound} from '../../../http/fault.js'
import {flagOf} from '../../../http/flag.js'
import {route, type Route} from '../../../http/router.js'
import {keptIn, listRevisions} from '../../../revisions/revision-store.js'
import type {Publishing} from '../publishing.js'
import {needNumbered} from '../revising.js'
import {fromV4Of} from '../rest/api-v4.js'
import {MAY, PUBLISHER} from '../rest/scopes-of-operations.js'
import {apiIn4} from './archive-4.js'
import {formatOf} from './archive-writer.js'
import {exportApi4, type Exported} from './export-api-4.js'
import {importApi, type ImportRules} from './import-api.js'
import {ARCHIVE_LIMIT, askedApi, download, uploaded} from './routes.js'

/** ImportUtils.java of carbon-apimgt 002d85a, rest.api.publisher.v1.common. */
const RULES: ImportRules = {fits: false, makesMissing: true, replacesDocuments: true}

/** Parameters that came after 4.2, and would change what is written. */
const UNDONE = ['dryRun', 'preservePortalConfigurations']

/** APIs as archives, as apictl 4.x moves them: publisher-api.yaml of carbon-apimgt 002d85a. */
export function archiveRoutes4(publishing: Publishing): readonly Route[] {
  const {guard, apim, shared} = publishing

  /** The API itself, or one of its revisions. Throws a Fault 404. */
  const exported = async (call: Call, stored: StoredApi): Promise<Exported> => {
    const number = call.query.get('revisionNumber')
    const isLatest = flagOf(call, 'latestRevision', false)
    if (!number && !isLatest) return {stored, definition: await definitionOf(shared, stored), deployments: []}
    const {id} = stored.api
    const revision = isLatest ? (await listRevisions(apim, id)).at(-1) : await needNumbered(apim, id, number ?? '')
    if (!revision) throw notFound(`API with UUID ${id} has no revision`)
    const {api, definition} = await keptIn(apim, revision)
    const {lifeCycleStatus, hasThumbnail} = stored.api
    const kept = {...stored, api: {...api, lifeCycleStatus, hasThumbnail}}
    return {stored: kept, definition: definition as Exported['definition'], deployments: revision.deployments}
  }

  return [
    route.get(`${PUBLISHER}/apis/export`, async call => {
      const principal = await guard.principal(call, [...MAY.export, ...MAY.exchange])
      const [format, withStatus] = [formatOf(call), flagOf(call, 'preserveStatus', true)]
      const found = await exported(call, await askedApi(publishing, call, principal))
      const {name, version} = found.stored.api
      return download(await exportApi4(publishing, found, format, withStatus), `${name}-${version}`)
    }),
    route.post(
      `${PUBLISHER}/apis/import`,
      async call => {
        const caller = await guard.principal(call, MAY.exchange)
        const undone = UNDONE.find(it => flagOf(call, it, false))
        if (undone) throw missingOperation(`mini has no ${undone} of an import`)
        const options = {
          preserveProvider: flagOf(call, 'preserveProvider', true),
          overwrite: flagOf(call, 'overwrite', false),
          rotateRevision: flagOf(call, 'rotateRevision', false),
        }
        const archived = await apiIn4(await uploaded(call))
        const body = (await fromV4Of(apim)(archived.body)) as typeof archived.body
        // Who may import makes and changes whole APIs.
        const principal = {...caller, scopes: [...caller.scopes, ...MAY.create]}
        const by = {principal, correlationId: call.correlationId}
        await importApi(publishing, by, {...archived, body}, RULES, options)
        return {status: 200, body: 'API imported successfully.'}
      },
      {bodyLimit: ARCHIVE_LIMIT},
    ),
  ]
}
