import {z} from 'zod'
import {checked, parsedJson} from '../http/body.js'
import {badRequest} from '../http/fault.js'
import type {Service} from './service-store.js'

/** Verifier of service-catalog-api.yaml, product-apim v4.2.0. */
const verifier = z.array(z.object({key: z.string(), md5: z.string()}))

/** Throws a Fault 400 where a service is no longer what the client has seen of it. Without a verifier nothing is looked at. */
export function verify(text: string | undefined, services: readonly Service[]): void {
  if (text === undefined) return
  const given = parsedJson(text, 'verifier: is no JSON list')
  const seen = new Map(checked(verifier, given).map(({key, md5}) => [key, md5]))
  const changed = services.find(({serviceKey, md5}) => seen.has(serviceKey) && seen.get(serviceKey) !== md5)
  // ServicesApiServiceImpl of carbon-apimgt, in these words.
  if (changed)
    throw badRequest(
      `The Service import has been failed since to verifier validation fails: ${changed.serviceKey} has changed`,
    )
}
