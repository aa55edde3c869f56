import {expectStatus, textIn} from './call.js'
import {policyPayload} from './payloads.js'
import {askAdmin} from './requests.js'
import type {Walk} from './walk.js'

/** Makes a throttling policy and returns its id. */
export async function makePolicy(
  walk: Walk,
  level: 'advanced' | 'application',
  name: string,
  requestsPerMinute: number,
): Promise<string> {
  const payload = {
    ...policyPayload(walk.options.forms, name, requestsPerMinute),
    ...(level === 'advanced' && {conditionalGroups: []}),
  }
  const path = `/throttling/policies/${level}`
  const id = textIn(expectStatus(await askAdmin(walk, 'POST', path, payload), 201), 'policyId')
  walk.remember(`policy ${name}`, () => askAdmin(walk, 'DELETE', `${path}/${id}`), {kept: true, last: true})
  return id
}
