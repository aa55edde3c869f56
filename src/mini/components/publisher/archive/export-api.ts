import {stringify} from 'yaml'
import {iconOf} from '../../../apis/api-files.js'
import type {StoredApi} from '../../../apis/api-store.js'
import {contentOf, documentsOf} from '../../../apis/documents.js'
import {extensionOf} from '../../../apis/image-type.js'
import {zipped} from '../../../archive.js'
import {listPolicies} from '../../../policies/policy-store.js'
import type {Publishing} from '../publishing.js'
import {publishedDefinition} from '../rest/definition.js'
import {toModel} from './api-model.js'

export const FORMATS = ['YAML', 'JSON'] as const
export type Format = (typeof FORMATS)[number]

/** An API as an archive of apictl 3.2: the folders of APIExportUtil.java and APIImportExportConstants.java, carbon-apimgt v6.7.206. */
export async function exportApi(
  publishing: Publishing,
  stored: StoredApi,
  format: Format,
  withStatus: boolean,
): Promise<Buffer> {
  const {apim, shared} = publishing
  const {api, tenantId} = stored
  const root = `${api.name}-${api.version}`
  const files = new Map<string, Buffer>()
  const text = (path: string, value: unknown) => {
    const plain = JSON.parse(JSON.stringify(value)) as unknown
    const written =
      format === 'YAML' ? stringify(plain, {aliasDuplicateObjects: false}) : JSON.stringify(plain, null, 2)
    files.set(`${root}/${path}.${format.toLowerCase()}`, Buffer.from(written))
  }

  const policies = await listPolicies(apim, 'SUBSCRIPTION', tenantId)
  text('Meta-information/api', toModel(api, withStatus ? api.lifeCycleStatus : 'CREATED', policies))
  if (api.type !== 'WS') text('Meta-information/swagger', await publishedDefinition(publishing, stored))

  const icon = await iconOf(shared, stored)
  if (icon) files.set(`${root}/Image/icon.${extensionOf(icon.mediaType) ?? 'png'}`, icon.bytes)

  const documents = await documentsOf(shared, stored)
  for (const it of documents) {
    const content = await contentOf(shared, stored, it)
    const folder = it.sourceType === 'FILE' ? 'FileContents' : 'InlineContents'
    if (content) files.set(`${root}/Docs/${folder}/${it.fileName ?? it.name}`, content.bytes)
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
    text('Docs/docs', described)
  }
  return zipped(files)
}
