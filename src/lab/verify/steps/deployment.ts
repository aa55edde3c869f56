import {expectStatus, textIn} from '../call.js'
import {deploymentPayload, RESOURCES} from '../payloads.js'
import {askPublisher} from '../requests.js'
import type {Environment, Walk} from '../walk.js'
import {untilStatus} from './calls.js'

const put = (
  walk: Walk,
  action: 'deploy' | 'undeploy',
  {apiId, revision}: {readonly apiId: string; readonly revision: string},
  environments = walk.options.environments,
) =>
  askPublisher(
    walk,
    'POST',
    `/apis/${apiId}/${action}-revision?revisionId=${encodeURIComponent(revision)}`,
    deploymentPayload(environments),
  )

/** 201, though publisher-api.yaml says 200: carbon-apimgt 9.0.174 and 9.32.147 rest.api.publisher.v1 ApisApiServiceImpl.java. */
const DONE = [200, 201] as const

/**
 * Deploys an API as it is now to environments, all of the walk's where none are named: as a new revision, which takes the place of the one that was there. Nothing where APIs get to
 * gateways without. Returns the revision.
 */
export async function deployApi(
  walk: Walk,
  apiId: string,
  environments?: readonly Environment[],
): Promise<string | undefined> {
  if (walk.options.forms.deployment !== 'revisions') return undefined
  const path = `/apis/${apiId}/revisions`
  const made = expectStatus(await askPublisher(walk, 'POST', path, {description: 'Made by apim-lab verify'}), 201)
  const revision = textIn(made, 'id')
  expectStatus(await put(walk, 'deploy', {apiId, revision}, environments), ...DONE)
  return revision
}

/** Deploys the walk's API as it is now. */
export async function deployWalkApi(walk: Walk): Promise<void> {
  const revision = await deployApi(walk, walk.get('apiId'))
  if (revision !== undefined) walk.set('revision', revision)
}

const places = ({options}: Walk) => options.environments.map(({name, vhost}) => `${name} (${vhost})`).join(', ')

/** Deploys the walk's API, and says where. */
export async function deploy(walk: Walk): Promise<string> {
  await deployWalkApi(walk)
  return `a revision, to ${places(walk)}`
}

/** Takes the API from the gateways, and gives it back to them. */
export async function undeploy(walk: Walk): Promise<string> {
  const id = walk.get('apiId')
  const revision = walk.get('revision')
  expectStatus(await put(walk, 'undeploy', {apiId: id, revision}), ...DONE)
  await untilStatus(walk, 404, RESOURCES.open, walk.get('appToken'))
  expectStatus(await put(walk, 'deploy', {apiId: id, revision}), ...DONE)
  return `404, then 200 again, ${await untilStatus(walk, 200, RESOURCES.open, walk.get('appToken'))}`
}
