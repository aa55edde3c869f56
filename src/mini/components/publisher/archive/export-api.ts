import type {StoredApi} from '../../../apis/api-store.js'
import {contentOf, documentsOf} from '../../../apis/documents.js'
import {listPolicies} from '../../../policies/policy-store.js'
import type {Publishing} from '../publishing.js'
import {publishedDefinition} from '../rest/definition.js'
import {toModel} from './api-model.js'
import {addIcon, archiveWriter, type Format} from './archive-writer.js'

/** An API as an archive of apictl 3.2: the folders of APIExportUtil.java and APIImportExportConstants.java, carbon-apimgt v6.7.206. */
export async function exportApi(
  publishing: Publishing,
  stored: StoredApi,
  format: Format,
  withStatus: boolean,
): Promise<Buffer> {
  const {apim, shared} = publishing
  const {api, tenantId} = stored
  const archive = archiveWriter(`${api.name}-${api.version}`, format)

  const policies = await listPolicies(apim, 'SUBSCRIPTION', tenantId)
  archive.text('Meta-information/api', toModel(api, withStatus ? api.lifeCycleStatus : 'CREATED', policies))
  if (api.type !== 'WS') archive.text('Meta-information/swagger', await publishedDefinition(publishing, stored))
  await addIcon(publishing, stored, archive)

  const documents = await documentsOf(shared, stored)
  for (const it of documents) {
    const content = await contentOf(shared, stored, it)
    const folder = it.sourceType === 'FILE' ? 'FileContents' : 'InlineContents'
    if (content) archive.file(`Docs/${folder}/${it.fileName ?? it.name}`, content.bytes)
  }
  if (documents.length > 0) {
    const described = documents.map(it => ({
      id: it.documentId,
      type: it.type,
      name: it.name,
      summary: it.summary ?? undefined,
      sourceType: it.sourceType,
      sourceUrl: it.sourceUrl ?? undefined,
      visibility: it.visibility,
      filePath: it.fileName ?? undefined,
      otherTypeName: it.otherTypeName ?? undefined,
    }))
    archive.text('Docs/docs', described)
  }
  return archive.zip()
}
