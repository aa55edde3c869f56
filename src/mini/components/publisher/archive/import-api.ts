import {parse as parseYaml} from 'yaml'
import {z} from 'zod'
import {setDefinition, setIcon} from '../../../apis/api-files.js'
import {listApis, updateApi, type StoredApi} from '../../../apis/api-store.js'
import type {Api, LifeCycleStatus} from '../../../apis/api.js'
import {DOCUMENT_TYPES, DOCUMENT_VISIBILITIES, documentsOf, SOURCE_TYPES} from '../../../apis/documents.js'
import {imageTypeOf, LARGEST_IMAGE} from '../../../apis/image-type.js'
import {LIFECYCLE} from '../../../apis/lifecycle.js'
import {unzipped, type Files} from '../../../archive.js'
import type {Queryable} from '../../../databases/sql.js'
import {checked} from '../../../http/body.js'
import {badRequest, conflict, Fault, notFound} from '../../../http/fault.js'
import {nameOf} from '../../../oauth/guard.js'
import {listPolicies} from '../../../policies/policy-store.js'
import {findUser, splitName} from '../../../users/users.js'
import {changeApi, createApi, moveApi, type Author, type Beside} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody, toInput} from '../rest/api-body.js'
import {definitionIn, resourcesIn} from '../rest/definition-body.js'
import {addDocument, changeDocument, documentBody, fillDocument, toDocument} from '../rest/documents.js'
import {environmentNames} from '../rest/environment-names.js'
import {NOTHING_CHECKED, type CheckList} from '../versions-before.js'
import {apiModel, toBody, type ApiModel} from './api-model.js'

export interface ImportOptions {
  /** Whose the API is: who the archive says, or the caller. */
  readonly preserveProvider: boolean
  /** Whether an API that is there is changed. */
  readonly overwrite: boolean
}

const META = /^(?:(.*)\/)?Meta-information\/api\.(yaml|yml|json)$/

function parsed(bytes: Buffer, path: string): unknown {
  try {
    return parseYaml(bytes.toString('utf8'), {maxAliasCount: 50}) as unknown
  } catch {
    throw badRequest(`Error while reading API meta information from path: ${path}`)
  }
}

/** A file that is there as YAML or as JSON, as text. */
function either(files: Files, path: string): {readonly path: string; readonly bytes: Buffer} | undefined {
  for (const ending of ['yaml', 'yml', 'json']) {
    const bytes = files.get(`${path}.${ending}`)
    if (bytes) return {path: `${path}.${ending}`, bytes}
  }
  return undefined
}

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

async function importDocuments(on: Queryable, stored: StoredApi, files: Files, root: string, user: string) {
  const listed = either(files, `${root}Docs/docs`)
  if (!listed) return
  const known = await documentsOf(on, stored)
  for (const it of checked(z.array(documentModel).max(200), parsed(listed.bytes, listed.path))) {
    const given = toDocument(checked(documentBody, {...it, visibility: it.visibility ?? 'API_LEVEL'}))
    const before = known.find(({name}) => name === given.name)
    const {documentId} = before
      ? await changeDocument(on, stored, before.documentId, given, user)
      : await addDocument(on, stored, given, user)
    const isFile = given.sourceType === 'FILE'
    const fileName = isFile ? (it.filePath?.split('/').at(-1) ?? null) : null
    const bytes = files.get(`${root}Docs/${isFile ? 'FileContents' : 'InlineContents'}/${fileName ?? given.name}`)
    const mediaType = isFile ? 'application/octet-stream' : 'text/plain'
    if (bytes) await fillDocument(on, stored, documentId, () => ({mediaType, bytes, fileName}), user)
  }
}

async function importIcon(on: Queryable, stored: StoredApi, files: Files, root: string, user: string) {
  const [, bytes] = [...files].find(([path]) => path.startsWith(`${root}Image/icon.`)) ?? []
  const mediaType = bytes && bytes.length <= LARGEST_IMAGE ? imageTypeOf(bytes) : undefined
  if (!bytes || mediaType === undefined) return
  await setIcon(on, stored, {mediaType, bytes}, user)
  await updateApi(on, stored, {...stored.api, hasThumbnail: true})
}

/** The actions that lead from one state to another, or undefined where none do. */
export function wayTo(from: LifeCycleStatus, to: LifeCycleStatus): readonly string[] | undefined {
  const ways: [LifeCycleStatus, readonly string[]][] = [[from, []]]
  const seen = new Set([from])
  for (const [state, way] of ways) {
    if (state === to) return way
    for (const {event, target} of LIFECYCLE[state]) {
      if (seen.has(target)) continue
      seen.add(target)
      ways.push([target, [...way, event]])
    }
  }
  return undefined
}

async function providerOf(
  publishing: Publishing,
  {principal}: Author,
  {id}: ApiModel,
  {preserveProvider}: ImportOptions,
) {
  if (!preserveProvider) return nameOf(principal)
  const wanted = id.providerName.replace('-AT-', '@')
  if (splitName(wanted).domain !== principal.tenant.domain) {
    throw new Fault(403, 'Not Authorized to import cross tenant APIs with preserveProvider true.')
  }
  if (await findUser(publishing.shared, wanted)) return wanted
  throw badRequest(`There is no user ${wanted} here, whose the API would be: import it with preserveProvider=false`)
}

/** Subscription policies and environments that are not here are left out, as the product does, and said in the log. */
async function fitting(publishing: Publishing, {principal}: Author, body: Readonly<Record<string, unknown>>) {
  const {apim, log} = publishing
  const tiers = new Set((await listPolicies(apim, 'SUBSCRIPTION', principal.tenant.id)).map(it => it.name))
  const environments = new Set(environmentNames(publishing))
  const only = (names: unknown, known: ReadonlySet<string>, what: string) => {
    const given = (names ?? []) as readonly string[]
    const unknown = given.filter(it => !known.has(it))
    if (unknown.length > 0)
      log('WARN', 'APIImportUtil', `${what} that are not here are left out: ${unknown.join(', ')}`)
    return given.filter(it => known.has(it))
  }
  return {
    ...body,
    policies: only(body.policies, tiers, 'subscription policies'),
    gatewayEnvironments: body.gatewayEnvironments && only(body.gatewayEnvironments, environments, 'environments'),
  }
}

/** Of an API that an archive publishes, as in the product: who is subscribed to an older version is not to this one. */
const IMPORTED: CheckList = {...NOTHING_CHECKED, resubscribe: true}

/** Makes, or with `overwrite` changes, the API of an archive with all that is in it. Throws Faults. */
export async function importApi(
  publishing: Publishing,
  author: Author,
  archive: Buffer,
  options: ImportOptions,
): Promise<Api> {
  const {shared} = publishing
  const {tenant} = author.principal
  const user = nameOf(author.principal)
  const files = await unzipped(archive)
  const [path, folder] = [...files.keys()].map(it => META.exec(it)).find(it => it !== null) ?? []
  if (path === undefined) throw badRequest('The archive has no Meta-information/api.yaml or api.json')
  const root = folder === undefined ? '' : `${folder}/`
  const model = checked(apiModel, parsed(files.get(path) ?? Buffer.alloc(0), path))
  const swagger = either(files, `${root}Meta-information/swagger`)
  const definition = swagger && definitionIn(swagger.bytes.toString('utf8'))
  const target = (model.status ?? 'CREATED').toUpperCase()
  if (!Object.hasOwn(LIFECYCLE, target)) throw badRequest('status: is no state of an API')

  const body = await fitting(publishing, author, toBody(model))
  const read = (before: Pick<Api, 'scopes' | 'operations'>) =>
    toInput(
      checked(apiBody, {...body, ...(definition && resourcesIn(definition, before))}),
      tenant.domain,
      environmentNames(publishing),
      before,
    )
  const beside: Beside = async (on, stored) => {
    if (definition) await setDefinition(on, stored, definition.document, user)
    await importDocuments(on, stored, files, root, user)
    await importIcon(on, stored, files, root, user)
  }
  const provider = await providerOf(publishing, author, model, options)
  const {apiName: name, version} = model.id
  // Whose it is does not matter: APIImportUtil of carbon-apimgt v6.7.206 looks for name and version in the tenant.
  const there = (await listApis(shared, tenant.id)).find(({api: it}) => it.name === name && it.version === version)
  if (there && !options.overwrite) throw conflict('Error occurred while importing. Duplicate API already exists.')
  if (!there && options.overwrite) {
    throw notFound(`Error occurred while updating. API: ${name} version: ${version} not found`)
  }
  const api = there
    ? await changeApi(publishing, author, there.api.id, read, beside)
    : await createApi(publishing, author, read({scopes: [], operations: []}), {provider, beside})
  const way = wayTo(api.lifeCycleStatus, target as LifeCycleStatus)
  if (!way) throw conflict(`The API is ${api.lifeCycleStatus}, from where it can not become ${target}`)
  let moved = api
  for (const action of way) moved = await moveApi(publishing, author, api.id, action, IMPORTED)
  return moved
}
