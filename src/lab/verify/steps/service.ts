import {expectStatus, jsonOf, listIn, StepFailure, textIn} from '../call.js'
import {serviceApiPayload, serviceDefinition, servicePayload} from '../payloads.js'
import {askCatalog, askPublisher, sendForm} from '../requests.js'
import type {Walk} from '../walk.js'
import {MOST, removeLeftOvers, type Kind} from './tidy.js'

const SERVICES: Kind = {ask: askCatalog, path: '/services', query: `?${MOST}`, id: 'id', name: 'name'}

/** Puts a service with its definition into the catalog. Returns its id. */
async function addService(walk: Walk, payload: ReturnType<typeof servicePayload>): Promise<string> {
  const made = await sendForm(walk, 'service-catalog', SERVICES.path, {
    serviceMetadata: {text: JSON.stringify(payload), type: 'application/json'},
    definitionFile: {text: serviceDefinition(payload), type: 'application/octet-stream', fileName: 'definition.yaml'},
  })
  // 201 by service-catalog-api.yaml, 200 by ServicesApiServiceImpl.java of carbon-apimgt, rest.api.service.catalog.
  const id = textIn(expectStatus(made, 200, 201), 'id')
  walk.remember(`service ${payload.name}`, () => askCatalog(walk, 'DELETE', `/services/${encodeURIComponent(id)}`))
  return id
}

/** Finds the service by its key, and reads its definition. */
async function readService(walk: Walk, id: string, {name, serviceKey}: ReturnType<typeof servicePayload>) {
  const found = await askCatalog(walk, 'GET', `/services?key=${encodeURIComponent(serviceKey)}`)
  if (!listIn(expectStatus(found, 200)).some(it => it['id'] === id))
    throw new StepFailure(`the service ${name} in the catalog`, found)
  const path = `/services/${encodeURIComponent(id)}`
  const read = expectStatus(await askCatalog(walk, 'GET', path), 200)
  if (jsonOf(read)['serviceKey'] !== serviceKey) throw new StepFailure(`a service of the key ${serviceKey}`, read)
  const definition = expectStatus(await askCatalog(walk, 'GET', `${path}/definition`), 200)
  if (!definition.body.includes(name)) throw new StepFailure(`the definition of ${name}`, definition)
}

/** Puts a service into the catalog, reads it there, makes an API of it, and sees that the service is used. */
export async function service(walk: Walk): Promise<string> {
  // Not among what `tidy` removes: that asks what every release has.
  await removeLeftOvers(walk, [SERVICES])
  const {mark, version, context} = walk.names
  const payload = servicePayload({name: `${mark}Service`, version, url: walk.options.backend.url})
  const id = await addService(walk, payload)
  await readService(walk, id, payload)
  const api = serviceApiPayload({name: `${mark}OfService`, context: `${context}ofservice`, version})
  const path = `/apis/import-service?serviceKey=${encodeURIComponent(payload.serviceKey)}`
  const apiId = textIn(expectStatus(await askPublisher(walk, 'POST', path, api), 201), 'id')
  walk.remember(`API ${api.name}`, () => askPublisher(walk, 'DELETE', `/apis/${encodeURIComponent(apiId)}`))
  await walk.until(
    `the API ${api.name} among those that use the service`,
    () => askCatalog(walk, 'GET', `/services/${encodeURIComponent(id)}/usage`),
    call => call.status === 200 && listIn(call).some(it => it['id'] === apiId),
  )
  return `${payload.name}, ${payload.definitionType}, used by ${api.name}`
}
