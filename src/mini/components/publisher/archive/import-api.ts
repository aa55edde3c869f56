import {setDefinition, setIcon} from '../../../apis/api-files.js'
import {listApis, updateApi, type StoredApi} from '../../../apis/api-store.js'
import type {Api, LifeCycleStatus} from '../../../apis/api.js'
import {deleteDocument, documentsOf} from '../../../apis/documents.js'
import {imageTypeOf, LARGEST_IMAGE} from '../../../apis/image-type.js'
import {LIFECYCLE} from '../../../apis/lifecycle.js'
import type {Queryable} from '../../../databases/sql.js'
import {checked} from '../../../http/body.js'
import {badRequest, conflict, Fault, notFound} from '../../../http/fault.js'
import {nameOf} from '../../../oauth/guard.js'
import {listPolicies} from '../../../policies/policy-store.js'
import {findUser, splitName} from '../../../users/users.js'
import {changeApi, createApi, moveApi, type Author, type Beside} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {deploy, reviseApi, toPlaces} from '../revising.js'
import {apiBody, toInput, toScopes, type Before} from '../rest/api-body.js'
import {resourcesIn} from '../rest/definition-body.js'
import {addDocument, changeDocument, fillDocument} from '../rest/documents.js'
import {environmentNames} from '../rest/environment-names.js'
import {graphOf} from '../rest/graphql.js'
import {NOTHING_CHECKED, type CheckList} from '../versions-before.js'
import type {ArchivedApi} from './archived-api.js'

/** What an import of one release does otherwise than that of another. */
export interface ImportRules {
  /** Subscription policies and environments that are not here are left out and said in the log, instead of being an error. */
  readonly fits: boolean
  /** An API that should be overwritten, and is not there, is made. */
  readonly makesMissing: boolean
  /** Documents that the archive does not have go. */
  readonly replacesDocuments: boolean
}

export interface ImportOptions {
  /** Whose the API is: who the archive says, or the caller. */
  readonly preserveProvider: boolean
  /** Whether an API that is there is changed. */
  readonly overwrite: boolean
  /** Whether the oldest revision goes where there are too many. */
  readonly rotateRevision?: boolean
}

async function importDocuments(
  on: Queryable,
  stored: StoredApi,
  {documents}: ArchivedApi,
  replaces: boolean,
  user: string,
): Promise<void> {
  const before = await documentsOf(on, stored)
  if (replaces) for (const it of before) await deleteDocument(on, stored, it)
  const known = replaces ? [] : before
  for (const {document, fileName, bytes} of documents) {
    const old = known.find(({name}) => name === document.name)
    const {documentId} = old
      ? await changeDocument(on, stored, old.documentId, document, user)
      : await addDocument(on, stored, document, user)
    const mediaType = document.sourceType === 'FILE' ? 'application/octet-stream' : 'text/plain'
    if (bytes) await fillDocument(on, stored, documentId, () => ({mediaType, bytes, fileName}), user)
  }
}

async function importIcon(on: Queryable, stored: StoredApi, {icon: bytes}: ArchivedApi, user: string) {
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
  {provider}: ArchivedApi,
  {preserveProvider}: ImportOptions,
) {
  if (!preserveProvider || provider === undefined) return nameOf(principal)
  const wanted = provider.replace('-AT-', '@')
  if (splitName(wanted).domain !== principal.tenant.domain) {
    throw new Fault(403, 'Not Authorized to import cross tenant APIs with preserveProvider true.')
  }
  if (await findUser(publishing.shared, wanted)) return wanted
  throw badRequest(`There is no user ${wanted} here, whose the API would be: import it with preserveProvider=false`)
}

/** Without the subscription policies and environments that are not here. */
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

/** What the archive's schema has, or why it is none. */
async function graphIn({graphQLSchema}: ArchivedApi): Promise<Pick<Before, 'graphQLSchema' | 'graph'>> {
  if (graphQLSchema === undefined) return {}
  try {
    return {graphQLSchema, graph: await graphOf({graphQLSchema})}
  } catch (error) {
    throw badRequest(`The archive's schema is no GraphQL schema: ${error instanceof Error ? error.message : ''}`)
  }
}

/** Makes, or with `overwrite` changes, the API of an archive with all that is in it. Throws Faults. */
export async function importApi(
  publishing: Publishing,
  author: Author,
  archived: ArchivedApi,
  rules: ImportRules,
  options: ImportOptions,
): Promise<Api> {
  const {shared} = publishing
  const {principal} = author
  const {tenant} = principal
  const user = nameOf(principal)
  const {name, version, definition} = archived
  const target = archived.status.toUpperCase()
  if (!Object.hasOwn(LIFECYCLE, target)) throw badRequest('status: is no state of an API')
  const places = toPlaces(publishing, archived.places ?? [])
  const graph = await graphIn(archived)

  const body = rules.fits ? await fitting(publishing, author, archived.body) : archived.body
  const {scopes: said} = checked(apiBody, body)
  const read = (before: Pick<Api, 'scopes' | 'operations'>) => {
    // A definition tells less of scopes than the body may, or what was there.
    const resources = definition && resourcesIn(definition, {scopes: said ? toScopes(said) : before.scopes})
    const given = checked(apiBody, {...body, ...resources})
    return toInput(given, tenant.domain, environmentNames(publishing), {...before, ...graph})
  }
  const beside: Beside = async (on, stored) => {
    if (definition) await setDefinition(on, stored, definition.document, user)
    await importDocuments(on, stored, archived, rules.replacesDocuments, user)
    await importIcon(on, stored, archived, user)
  }
  const provider = await providerOf(publishing, author, archived, options)
  // Whose it is does not matter: APIImportUtil of carbon-apimgt v6.7.206 looks for name and version in the tenant.
  const there = (await listApis(shared, tenant.id)).find(({api: it}) => it.name === name && it.version === version)
  if (there && !options.overwrite) throw conflict('Error occurred while importing. Duplicate API already exists.')
  if (!there && options.overwrite && !rules.makesMissing) {
    throw notFound(`Error occurred while updating. API: ${name} version: ${version} not found`)
  }
  const api = there
    ? await changeApi(publishing, author, there.api.id, read, beside)
    : await createApi(publishing, author, read({scopes: [], operations: []}), {provider, beside})
  const way = wayTo(api.lifeCycleStatus, target as LifeCycleStatus)
  if (!way) throw conflict(`The API is ${api.lifeCycleStatus}, from where it can not become ${target}`)
  let moved = api
  for (const action of way) moved = await moveApi(publishing, author, api.id, action, IMPORTED)
  if (places.length > 0 && moved.lifeCycleStatus !== 'RETIRED') {
    const description = 'Revision created after importing the API'
    const {uuid} = await reviseApi(publishing, principal, moved, description, options.rotateRevision)
    await deploy(publishing, principal, moved, uuid, places)
  }
  return moved
}
