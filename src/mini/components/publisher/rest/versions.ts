import {copyApiFiles} from '../../../apis/api-files.js'
import type {Api} from '../../../apis/api.js'
import {checked} from '../../../http/body.js'
import {badRequest, missingOperation} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {nameOf} from '../../../oauth/guard.js'
import {createApi, needApi, type Author} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody} from './api-body.js'
import {toDto} from './api-dto.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** Makes a new version of an API: all that the one before says and has beside it, in state CREATED. Throws Faults. */
export async function newVersion(
  publishing: Publishing,
  author: Author,
  id: string,
  {version, isDefaultVersion}: Pick<Api, 'version' | 'isDefaultVersion'>,
): Promise<Api> {
  checked(apiBody.pick({version: true}), {version})
  const stored = await needApi(publishing, author.principal, id)
  const {provider, operations} = stored.api
  const input = {...stored.api, version, isDefaultVersion, operations: operations.map(it => ({...it}))}
  return createApi(publishing, author, input, {
    provider,
    beside: (within, to) => copyApiFiles(within, stored, to, nameOf(author.principal)),
  })
}

export const versionRoutes = (publishing: Publishing): readonly Route[] => [
  route.post(`${PUBLISHER}/apis/copy-api`, async call => {
    const principal = await publishing.guard.principal(call, MAY.create)
    const [id, version] = [call.query.get('apiId') ?? '', call.query.get('newVersion') ?? '']
    if (id === '') throw badRequest('apiId: is missing')
    // Of 4.x: it would be made of another version of its service.
    if (call.query.get('serviceVersion'))
      throw missingOperation('mini has no new versions of APIs with a serviceVersion')
    const isDefaultVersion = call.query.get('defaultVersion') === 'true'
    const by = {principal, correlationId: call.correlationId}
    const made = await newVersion(publishing, by, id, {version, isDefaultVersion})
    return {...json(toDto(made), 201), headers: {location: `${PUBLISHER}/apis/${made.id}`}}
  }),
]
