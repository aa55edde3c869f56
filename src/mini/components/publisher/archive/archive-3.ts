import {z} from 'zod'
import {DOCUMENT_TYPES, DOCUMENT_VISIBILITIES, SOURCE_TYPES} from '../../../apis/documents.js'
import {unzipped, type Files} from '../../../archive.js'
import {checked} from '../../../http/body.js'
import {badRequest} from '../../../http/fault.js'
import {definitionIn} from '../rest/definition-body.js'
import {documentBody, toDocument} from '../rest/documents.js'
import {apiModel, toBody} from './api-model.js'
import {either, iconIn, parsed, type ArchivedApi, type ArchivedDocument} from './archived-api.js'

const META = /^(?:(.*)\/)?Meta-information\/api\.(yaml|yml|json)$/

const documentModel = z.object({
  name: z.string(),
  type: z.enum(DOCUMENT_TYPES),
  summary: z.string().nullish(),
  sourceType: z.enum(SOURCE_TYPES),
  sourceUrl: z.string().nullish(),
  visibility: z.enum(DOCUMENT_VISIBILITIES).nullish(),
  filePath: z.string().nullish(),
  otherTypeName: z.string().nullish(),
})

function documentsIn(files: Files, root: string): readonly ArchivedDocument[] {
  const listed = either(files, `${root}Docs/docs`)
  if (!listed) return []
  return checked(z.array(documentModel).max(200), parsed(listed.bytes, listed.path)).map(it => {
    const document = toDocument(checked(documentBody, {...it, visibility: it.visibility ?? 'API_LEVEL'}))
    const isFile = document.sourceType === 'FILE'
    const fileName = isFile ? (it.filePath?.split('/').at(-1) ?? null) : null
    const folder = isFile ? 'FileContents' : 'InlineContents'
    return {document, fileName, bytes: files.get(`${root}Docs/${folder}/${fileName ?? document.name}`)}
  })
}

/** The API of an archive of apictl 3.2. Throws a Fault 400. */
export async function apiIn3(archive: Buffer): Promise<ArchivedApi> {
  const files = await unzipped(archive)
  const [path, folder] = [...files.keys()].map(it => META.exec(it)).find(it => it !== null) ?? []
  if (path === undefined) throw badRequest('The archive has no Meta-information/api.yaml or api.json')
  const root = folder === undefined ? '' : `${folder}/`
  const model = checked(apiModel, parsed(files.get(path) ?? Buffer.alloc(0), path))
  const swagger = either(files, `${root}Meta-information/swagger`)
  const {apiName: name, version, providerName} = model.id
  return {
    name,
    version,
    provider: providerName,
    status: model.status ?? 'CREATED',
    body: toBody(model),
    definition: swagger && definitionIn(swagger.bytes.toString('utf8')),
    documents: documentsIn(files, root),
    icon: iconIn(files, root),
  }
}
