import {parseDocument} from 'yaml'
import {z} from 'zod'
import {unzipped, type Files} from '../../../archive.js'
import {checked} from '../../../http/body.js'
import {badRequest, missingOperation} from '../../../http/fault.js'
import {definitionIn} from '../rest/definition-body.js'
import {documentBody, toDocument} from '../rest/documents.js'
import {either, iconIn, parsed, type ArchivedApi, type ArchivedDocument} from './archived-api.js'
import {deploymentPlaces} from './deployment-places.js'
import {withParams} from './environment-params.js'

/** As default_api.yaml of product-apim-tooling v4.2.0 has it. */
const VERSION = 'v4.2.0'

/** The files of an archive without their endings, as ImportExportConstants.java of carbon-apimgt has them from 4.0 to 4.6. */
export const PATHS_4 = {
  api: 'api',
  swagger: 'Definitions/swagger',
  schema: 'Definitions/schema.graphql',
  deployments: 'deployment_environments',
} as const

/** A file's content, as CommonUtil.writeDtoToFile writes it. */
export const typed = (type: string, data: unknown) => ({type, version: VERSION, data})

/** What an archive may have and mini does not do. */
const UNDONE: readonly (readonly [path: RegExp, what: string])[] = [
  [/^Endpoint-certificates\//, 'certificates of endpoints'],
  [/^Client-certificates\//, 'certificates of clients'],
  [/^Sequences\//, 'mediation policies'],
  [/^Policies\//, 'policies of APIs'],
  [/^SoapToRest\//, 'APIs of SOAP services'],
  [/^WSDL\//, 'APIs of SOAP services'],
  [/^Definitions\/asyncapi\./, 'definitions of asynchronous APIs'],
  [/^Definitions\/graphql-complexity\./, 'complexity limits of GraphQL queries'],
]

/** apictl puts one into folders that have nothing. */
const isPlaceholder = (path: string, bytes: Buffer) => bytes.length === 0 || path.endsWith('/.gitkeep')

function checkDone(files: Files, root: string): void {
  for (const [path, bytes] of files) {
    const undone = UNDONE.find(([part]) => path.startsWith(root) && part.test(path.slice(root.length)))
    if (undone && !isPlaceholder(path, bytes)) throw missingOperation(`mini has no ${undone[1]}: ${path.slice(0, 200)}`)
  }
}

/** The folder of the file of this name that is nearest to the top; undefined for none. */
function folderOf(files: Files, name: RegExp): string | undefined {
  const folders = [...files.keys()].flatMap(path => {
    const at = path.lastIndexOf('/') + 1
    return name.test(path.slice(at)) ? [path.slice(0, at)] : []
  })
  return folders.toSorted((a, b) => a.split('/').length - b.split('/').length)[0]
}

const meta = z.looseObject({
  data: z.looseObject({
    name: z.string(),
    version: z.union([z.string(), z.number()]).transform(String),
    provider: z.string().nullish(),
    context: z.string().nullish(),
    lifeCycleStatus: z.string().nullish(),
    type: z.string().nullish(),
    scopes: z.unknown().optional(),
  }),
})

const withData = z.looseObject({data: z.unknown()})

/** The data of a file, or undefined where there is none. */
function dataIn(files: Files, path: string): unknown {
  const found = either(files, path)
  return found && checked(withData, parsed(found.bytes, found.path)).data
}

function documentsIn(files: Files, root: string): readonly ArchivedDocument[] {
  const folders = new Set(
    [...files.keys()].map(path => path.slice(root.length)).filter(path => /^Docs\/[^/]+\//.test(path)),
  )
  const names = new Set([...folders].map(path => path.split('/')[1] ?? ''))
  return [...names].flatMap(name => {
    const folder = `${root}Docs/${name}`
    const data = dataIn(files, `${folder}/document`)
    if (data === undefined) return []
    const {fileName: file, ...given} = checked(documentBody.extend({fileName: z.string().nullish()}), data)
    const document = toDocument(given)
    const fileName = document.sourceType === 'FILE' ? (file?.split('/').at(-1) ?? null) : null
    return [{document, fileName, bytes: files.get(`${folder}/${fileName ?? document.name}`)}]
  })
}

/** In YAML a version may look like a number: `1.0` is not 1. */
function metaIn(bytes: Buffer, path: string): z.output<typeof meta>['data'] {
  const {data} = checked(meta, parsed(bytes, path))
  const node = parseDocument(bytes.toString('utf8')).getIn(['data', 'version'], true) as {readonly source?: string}
  const version = typeof node.source === 'string' ? node.source : data.version
  // Both without spaces: processRetrievedDefinition of ImportUtils.java.
  return {...data, name: data.name.replaceAll(' ', ''), version: version.replaceAll(' ', '')}
}

/** What `apictl init` writes without a definition is only a sample of one. */
const isSample = (document: Readonly<Record<string, unknown>> | undefined) =>
  (document?.['info'] as Readonly<Record<string, unknown>> | undefined)?.['x-wso2-apictl-init'] === true

function projectIn(files: Files): ArchivedApi {
  const root = folderOf(files, /^api\.(yaml|yml|json)$/)
  const found = root === undefined ? undefined : either(files, `${root}${PATHS_4.api}`)
  if (root === undefined || !found) throw badRequest('Cannot find API definition. api.yaml or api.json should present')
  checkDone(files, root)
  const data = metaIn(found.bytes, found.path)
  const {name, version, provider, context, lifeCycleStatus, type} = data
  const swagger = (type ?? 'HTTP') === 'HTTP' ? either(files, `${root}${PATHS_4.swagger}`) : undefined
  if (!swagger && (type ?? 'HTTP') === 'HTTP')
    throw badRequest('Missing swagger file. Either swagger.json or swagger.yaml should present')
  const definition = swagger && definitionIn(swagger.bytes.toString('utf8'))
  const places = dataIn(files, `${root}${PATHS_4.deployments}`)
  return {
    name,
    version,
    provider: provider ?? undefined,
    status: lifeCycleStatus ?? 'CREATED',
    // The tenant is the importer's.
    body: {...data, ...(context && {context: context.replace(/^\/t\/[^/]+/, '')})},
    definition: isSample(definition?.document) ? undefined : definition,
    graphQLSchema: files.get(`${root}${PATHS_4.schema}`)?.toString('utf8'),
    documents: documentsIn(files, root),
    icon: iconIn(files, root),
    ...(places !== undefined && {places: checked(deploymentPlaces, places)}),
  }
}

const PARAMS = /^intermediate_params\.(yaml|yml|json)$/

/** The API of an archive of apictl 4.x, with the parameters of an environment beside it or without. Throws a Fault 400 or 501. */
export async function apiIn4(archive: Buffer): Promise<ArchivedApi> {
  const files = await unzipped(archive)
  const root = folderOf(files, PARAMS)
  if (root === undefined) return projectIn(files)
  // preprocessImportedArtifact of ImportUtils.java: what apictl makes of --params, a file's or a folder's.
  const source = files.get(`${root.replace(/(^|\/)Deployment\/$/, '$1')}SourceArchive.zip`)
  if (!source) throw badRequest('The source artifact is not provided properly')
  const given = either(files, `${root}intermediate_params`)
  return withParams(projectIn(await unzipped(source)), given && parsed(given.bytes, given.path))
}
