import {copyApiFiles} from '../../../apis/api-files.js'
import {badRequest} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {nameOf} from '../../../oauth/guard.js'
import {createApi, needApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {toDto} from './api-dto.js'
import {apiBody} from './api-body.js'
import {checked} from '../../../http/body.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** A new version of an API: all that the one before says, in state CREATED. */
export const versionRoutes = (publishing: Publishing): readonly Route[] => [
  route.post(`${PUBLISHER}/apis/copy-api`, async call => {
    const principal = await publishing.guard.principal(call, MAY.create)
    const [id, version] = [call.query.get('apiId') ?? '', call.query.get('newVersion') ?? '']
    if (id === '') throw badRequest('apiId: is missing')
    checked(apiBody.pick({version: true}), {version})
    const stored = await needApi(publishing, principal, id)
    const isDefaultVersion = call.query.get('defaultVersion') === 'true'
    const {provider} = stored.api
    const input = {...stored.api, version, isDefaultVersion, operations: stored.api.operations.map(it => ({...it}))}
    const by = {principal, correlationId: call.correlationId}
    const made = await createApi(publishing, by, input, {
      provider,
      beside: (within, to) => copyApiFiles(within, stored, to, nameOf(principal)),
    })
    return {...json(toDto(made), 201), headers: {location: `${PUBLISHER}/apis/${made.id}`}}
  }),
]
