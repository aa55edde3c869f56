import {randomUUID} from 'node:crypto'
import {DETAILS, type Api} from '../apis/api.js'
import {change, insert, marks, row, rows, type Queryable} from '../databases/sql.js'

/** Where a revision is deployed: an environment, by one of its virtual hosts. */
export interface Deployment {
  readonly name: string
  readonly vhost: string
  readonly displayOnDevportal: boolean
  readonly deployedTime: Date
}

/** What an API said at one time. */
export interface Revision {
  readonly uuid: string
  /** 1 for the first of its API. */
  readonly number: number
  readonly apiUuid: string
  readonly description: string
  readonly createdTime: Date
  readonly deployments: readonly Deployment[]
}

type RevisionRow = Omit<Revision, 'deployments'>

const SELECT =
  "SELECT REVISION_UUID AS uuid, ID AS number, API_UUID AS apiUuid, COALESCE(DESCRIPTION, '') AS description, CREATED_TIME AS createdTime FROM AM_REVISION"

async function withDeployments(apim: Queryable, found: readonly RevisionRow[]): Promise<readonly Revision[]> {
  if (found.length === 0) return []
  const ids = found.map(({uuid}) => uuid)
  const sql =
    'SELECT REVISION_UUID AS uuid, NAME AS name, VHOST AS vhost, DISPLAY_ON_DEVPORTAL AS shown, DEPLOYED_TIME AS deployedTime ' +
    `FROM AM_DEPLOYMENT_REVISION_MAPPING WHERE REVISION_UUID IN (${marks(ids)}) ORDER BY NAME`
  type DeploymentRow = Omit<Deployment, 'displayOnDevportal'> & {uuid: string; shown: number}
  const deployments = await rows<DeploymentRow>(apim, sql, ids)
  return found.map(revision => ({
    ...revision,
    deployments: deployments
      .filter(({uuid}) => uuid === revision.uuid)
      .map(({name, vhost, shown, deployedTime}) => ({name, vhost, displayOnDevportal: shown === 1, deployedTime})),
  }))
}

/** The revisions of an API, the oldest first. */
export const listRevisions = async (apim: Queryable, apiUuid: string): Promise<readonly Revision[]> =>
  withDeployments(apim, await rows<RevisionRow>(apim, `${SELECT} WHERE API_UUID = ? ORDER BY ID`, [apiUuid]))

/** A revision of an API, or undefined. */
export async function findRevision(apim: Queryable, apiUuid: string, uuid: string): Promise<Revision | undefined> {
  const found = await rows<RevisionRow>(apim, `${SELECT} WHERE API_UUID = ? AND REVISION_UUID = ?`, [apiUuid, uuid])
  return (await withDeployments(apim, found))[0]
}

/** What an API is at one time: what it says, and the definition that was given for it. */
interface Kept {
  readonly api: Api
  readonly definition?: object | undefined
}

/** What a revision holds. */
function readKept(document: Buffer): Kept {
  const {definition, ...api} = JSON.parse(document.toString('utf8')) as Api & Pick<Kept, 'definition'>
  return {api: {...DETAILS, ...api}, definition}
}

/** What an API was when the revision was made. */
export async function keptIn(apim: Queryable, {uuid}: Pick<Revision, 'uuid'>): Promise<Kept> {
  const found = await row<{document: Buffer}>(
    apim,
    'SELECT DOCUMENT AS document FROM AM_REVISION WHERE REVISION_UUID = ?',
    [uuid],
  )
  if (!found) throw new Error(`revision ${uuid} is gone`)
  return readKept(found.document)
}

/** Keeps an API as it is now, and gives the id. Within a lock. */
export async function insertRevision(
  apim: Queryable,
  {api, definition}: Kept,
  {description, by}: {readonly description: string; readonly by: string},
): Promise<string> {
  const sql = 'SELECT COALESCE(MAX(ID), 0) AS last FROM AM_REVISION WHERE API_UUID = ?'
  const {last} = (await row<{last: number}>(apim, sql, [api.id])) ?? {last: 0}
  const uuid = randomUUID()
  await insert(apim, 'AM_REVISION', {
    ID: last + 1,
    API_UUID: api.id,
    REVISION_UUID: uuid,
    DESCRIPTION: description,
    CREATED_BY: by,
    DOCUMENT: Buffer.from(JSON.stringify({...api, definition})),
  })
  return uuid
}

/** Removes a revision. */
export const deleteRevision = (apim: Queryable, {uuid}: Pick<Revision, 'uuid'>) =>
  change(apim, 'DELETE FROM AM_REVISION WHERE REVISION_UUID = ?', [uuid])

/** Deploys a revision to environments, in place of the one that was there. Within a lock. */
export async function deployRevision(
  apim: Queryable,
  {uuid, apiUuid}: Pick<Revision, 'uuid' | 'apiUuid'>,
  deployments: readonly Omit<Deployment, 'deployedTime'>[],
): Promise<void> {
  await undeployFrom(
    apim,
    apiUuid,
    deployments.map(({name}) => name),
  )
  for (const {name, vhost, displayOnDevportal} of deployments)
    await insert(apim, 'AM_DEPLOYMENT_REVISION_MAPPING', {
      NAME: name,
      VHOST: vhost,
      REVISION_UUID: uuid,
      DISPLAY_ON_DEVPORTAL: displayOnDevportal,
    })
}

/** Shows a deployment in the developer portal, or hides it. */
export async function showDeployment(
  apim: Queryable,
  {uuid}: Pick<Revision, 'uuid'>,
  {name, displayOnDevportal}: Pick<Deployment, 'name' | 'displayOnDevportal'>,
): Promise<void> {
  await change(
    apim,
    'UPDATE AM_DEPLOYMENT_REVISION_MAPPING SET DISPLAY_ON_DEVPORTAL = ? WHERE REVISION_UUID = ? AND NAME = ?',
    [displayOnDevportal, uuid, name],
  )
}

/** Takes an API, or one revision of it, from environments. */
export async function undeployFrom(
  apim: Queryable,
  apiUuid: string,
  names: readonly string[],
  revision?: string,
): Promise<void> {
  if (names.length === 0) return
  const only = revision === undefined ? '' : ' AND m.REVISION_UUID = ?'
  await change(
    apim,
    'DELETE m FROM AM_DEPLOYMENT_REVISION_MAPPING m JOIN AM_REVISION r ON r.REVISION_UUID = m.REVISION_UUID ' +
      `WHERE r.API_UUID = ? AND m.NAME IN (${marks(names)})${only}`,
    [apiUuid, ...names, ...(revision === undefined ? [] : [revision])],
  )
}

/** What is deployed to some environments: the APIs as their revisions have them. */
export async function deployedApis(apim: Queryable, names: readonly string[]): Promise<readonly Api[]> {
  if (names.length === 0) return []
  const sql =
    'SELECT DISTINCT r.API_UUID AS uuid, r.ID AS number, r.DOCUMENT AS document FROM AM_REVISION r ' +
    `JOIN AM_DEPLOYMENT_REVISION_MAPPING m ON m.REVISION_UUID = r.REVISION_UUID WHERE m.NAME IN (${marks(names)}) ORDER BY r.API_UUID, r.ID`
  const found = await rows<{uuid: string; document: Buffer}>(apim, sql, names)
  // A gateway of two environments, each with a revision of its own, has room for one of them: the newer.
  const newest = new Map(found.map(({uuid, document}) => [uuid, document]))
  return [...newest.values()].map(document => readKept(document).api)
}

/** Removes the revisions of APIs that are not among these, and gives the ids of those APIs. */
export async function removeStrayRevisions(apim: Queryable, known: ReadonlySet<string>): Promise<readonly string[]> {
  const found = await rows<{uuid: string}>(apim, 'SELECT DISTINCT API_UUID AS uuid FROM AM_REVISION')
  const stray = found.map(({uuid}) => uuid).filter(uuid => !known.has(uuid))
  for (const uuid of stray) await change(apim, 'DELETE FROM AM_REVISION WHERE API_UUID = ?', [uuid])
  return stray
}
