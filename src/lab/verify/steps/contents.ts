import {expectStatus, jsonOf, listIn, StepFailure, textIn} from '../call.js'
import {commentPayload, documentPayload, newVersionOf, ratingPayload} from '../payloads.js'
import {askDevportal, askPublisher, sendForm} from '../requests.js'
import type {Walk} from '../walk.js'

const apiPath = (walk: Walk) => `/apis/${encodeURIComponent(walk.get('apiId'))}`

/** Adds a document to the API, and reads it in the portal. */
export async function document(walk: Walk): Promise<string> {
  const {mark} = walk.names
  const path = `${apiPath(walk)}/documents`
  const payload = documentPayload(`${mark}Guide`)
  const id = textIn(expectStatus(await askPublisher(walk, 'POST', path, payload), 201), 'documentId')
  const content = `${path}/${encodeURIComponent(id)}/content`
  const text = `# ${mark}\n\nMade by apim-lab verify\n`
  // 201 by ApisApiServiceImpl.java, 200 by publisher-api.yaml: carbon-apimgt v6.7.206.
  expectStatus(await sendForm(walk, 'publisher-api', content, {inlineContent: text}), 200, 201)
  await walk.until(
    `the document ${payload.name} in the portal`,
    () => askDevportal(walk, 'GET', content),
    call => call.status === 200 && call.body.includes(mark),
  )
  return `${payload.name}, ${payload.sourceType}`
}

/** Comments on the API, and reads it. */
export async function comment(walk: Walk): Promise<string> {
  const path = `${apiPath(walk)}/comments`
  const content = `Made by ${walk.names.mark}`
  expectStatus(await askDevportal(walk, 'POST', path, commentPayload(content)), 201)
  await walk.until(
    'the comment among those of the API',
    () => askDevportal(walk, 'GET', path),
    call => call.status === 200 && listIn(call).some(it => it['content'] === content),
  )
  return 'one comment'
}

const RATING = 4

/** Rates the API, and reads what users think of it on average. */
export async function rating(walk: Walk): Promise<string> {
  const path = apiPath(walk)
  expectStatus(await askDevportal(walk, 'PUT', `${path}/user-rating`, ratingPayload(RATING)), 200)
  await walk.until(
    `the API rated ${RATING}`,
    () => askDevportal(walk, 'GET', `${path}/ratings`),
    call => call.status === 200 && Number(jsonOf(call)['avgRating']) === RATING,
  )
  return `${RATING} of 5`
}

/** Makes a new version of the API: all that the one before says, not yet published. */
export async function newVersion(walk: Walk): Promise<string> {
  const {mark, version, context} = walk.names
  const next = newVersionOf(version)
  const path = `/apis/copy-api?newVersion=${next}&defaultVersion=false&apiId=${encodeURIComponent(walk.get('apiId'))}`
  const made = expectStatus(await askPublisher(walk, 'POST', path), 201)
  const id = textIn(made, 'id')
  walk.remember(`API ${mark} ${next}`, () => askPublisher(walk, 'DELETE', `/apis/${encodeURIComponent(id)}`))
  const {name, version: given, lifeCycleStatus} = jsonOf(made)
  if (name !== mark || given !== next || lifeCycleStatus !== 'CREATED') {
    throw new StepFailure(`${mark} ${next} in state CREATED`, made)
  }
  return `${context} ${next}, CREATED`
}
