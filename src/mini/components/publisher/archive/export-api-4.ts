import type {StoredApi} from '../../../apis/api-store.js'
import {contentOf, documentsOf} from '../../../apis/documents.js'
import {openApiOf} from '../../../apis/open-api.js'
import type {Deployment} from '../../../revisions/revision-store.js'
import type {Publishing} from '../publishing.js'
import {toDto as apiDto} from '../rest/api-dto.js'
import {toldV4} from '../rest/api-v4.js'
import {toDto as documentDto} from '../rest/documents.js'
import {PATHS_4, typed} from './archive-4.js'
import {addIcon, archiveWriter, type Format} from './archive-writer.js'

/** What is exported: an API as it is, or as a revision has it. */
export interface Exported {
  readonly stored: StoredApi
  readonly definition: Record<string, unknown> | undefined
  /** Of a revision; what is not one is deployed nowhere. */
  readonly deployments: readonly Deployment[]
}

/** An API as an archive of apictl 4.x: ExportUtils.java of carbon-apimgt 00b1351, rest.api.publisher.v1.common. */
export async function exportApi4(
  publishing: Publishing,
  {stored, definition, deployments}: Exported,
  format: Format,
  withStatus: boolean,
): Promise<Buffer> {
  const {apim, shared} = publishing
  const {api} = stored
  const archive = archiveWriter(`${api.name}-${api.version}`, format)

  const status = withStatus ? api.lifeCycleStatus : 'CREATED'
  archive.text(PATHS_4.api, typed('api', await toldV4(apim)({...apiDto(api), lifeCycleStatus: status})))
  // mini has no definitions of asynchronous APIs.
  if (api.type === 'HTTP') archive.text(PATHS_4.swagger, openApiOf(api, {given: definition, bindings: true}))
  if (api.graphQLSchema !== undefined) archive.file(PATHS_4.schema, Buffer.from(api.graphQLSchema))
  await addIcon(publishing, stored, archive)

  for (const it of await documentsOf(shared, stored)) {
    const content = await contentOf(shared, stored, it)
    if (content) archive.file(`Docs/${it.name}/${it.fileName ?? it.name}`, content.bytes)
    archive.text(`Docs/${it.name}/document`, typed('document', documentDto(it)))
  }
  if (deployments.length > 0) {
    // Without virtual hosts: another system has its own.
    const places = deployments.map(({name, displayOnDevportal}) => ({deploymentEnvironment: name, displayOnDevportal}))
    archive.text(PATHS_4.deployments, typed('deployment_environments', places))
  }
  return archive.zip()
}
