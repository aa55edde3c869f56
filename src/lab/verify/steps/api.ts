import {expectStatus, jsonOf, textIn, type Call} from '../call.js'
import {apiPayload, RESOURCES, withBackend} from '../payloads.js'
import {askDevportal, askPublisher, callApi} from '../requests.js'
import type {Walk} from '../walk.js'
import {deployWalkApi} from './deployment.js'

/** Creates the API with its resources and the scope of one of them. */
export async function create(walk: Walk): Promise<string> {
  const {forms, names, environments, backend} = walk.options
  const payload = apiPayload(forms, {...names, name: names.mark, url: backend.url, environments})
  const id = textIn(expectStatus(await askPublisher(walk, 'POST', '/apis', payload), 201), 'id')
  walk.remember(`API ${names.mark}`, () => askPublisher(walk, 'DELETE', `/apis/${id}`), {kept: true})
  walk.set('apiId', id)
  return `${names.context} ${names.version}, ${Object.keys(RESOURCES).length} resources`
}

/** Publishes an API. */
export async function publishApi(walk: Walk, id: string): Promise<void> {
  const path = `/apis/change-lifecycle?apiId=${encodeURIComponent(id)}&action=Publish`
  expectStatus(await askPublisher(walk, 'POST', path), 200)
}

/** Publishes the walk's API. */
export async function publish(walk: Walk): Promise<string> {
  await publishApi(walk, walk.get('apiId'))
  return 'PUBLISHED'
}

/** Finds the API in the portal. */
export async function portal(walk: Walk): Promise<string> {
  const {mark} = walk.names
  const find = () => askDevportal(walk, 'GET', `/apis/${walk.get('apiId')}`)
  await walk.until(`API ${mark} in the portal`, find, call => call.status === 200 && jsonOf(call)['name'] === mark)
  return mark
}

/** Changes the walk's API: reads it as the publisher has it, writes it back changed, and deploys what it is now. */
export async function changeApi(walk: Walk, change: (api: object) => object): Promise<Call> {
  const path = `/apis/${walk.get('apiId')}`
  const api = jsonOf(expectStatus(await askPublisher(walk, 'GET', path), 200))
  const changed = expectStatus(await askPublisher(walk, 'PUT', path, change(api)), 200)
  await deployWalkApi(walk)
  return changed
}

/** Points the API at a backend that lives on when the command has ended, and waits until calls get there. */
export async function keep(walk: Walk): Promise<string> {
  const {sampleBackend, backend} = walk.options
  if (sampleBackend === undefined) throw new Error('nothing of this walk is kept')
  await changeApi(walk, api => withBackend(api, sampleBackend))
  const call = () => callApi(walk, walk.to('gateway-https'), RESOURCES.open, walk.get('appToken'))
  await walk.until(
    'the sample backend behind the API',
    call,
    ({status, body}) => status === 200 && !backend.isBody(body, RESOURCES.open),
  )
  return `the API leads to ${sampleBackend}`
}
