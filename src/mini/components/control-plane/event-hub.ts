import {needed, type MakeComponent, type NodeContext} from '../../component.js'
import {apiIds, apiKey} from '../../apis/api-rows.js'
import {listApis} from '../../apis/api-store.js'
import {StartFailure} from '../../failure.js'
import {makeGuard} from '../../oauth/guard.js'
import {deployedApis} from '../../revisions/revision-store.js'
import {splitName} from '../../users/users.js'
import {toArtifact} from '../publisher/artifact.js'
import {notifyRoute} from '../traffic-manager/admin-routes.js'
import {makeBroker} from '../traffic-manager/broker.js'
import {INTERNAL_DATA} from '../traffic-manager/data/base.js'
import {dataRoutes, type Read} from '../traffic-manager/data/routes.js'
import type {Sources} from '../traffic-manager/data/sources.js'
import {keyManagers} from '../traffic-manager/key-managers.js'
import {databasePolicies, readCustomPolicies} from '../traffic-manager/policies.js'
import {keepRevocationsClean} from '../traffic-manager/revocations.js'

/**
 * What is deployed to the environments of a gateway, all of it or one API: as the revision has it, in the state that the API is in now.
 * In the product it is a zip of Synapse artifacts.
 */
const runtimeArtifacts =
  ({apim, shared}: Sources): Read =>
  async (call, tenant) => {
    const labels = (call.query.get('gatewayLabel') ?? '').split(',').filter(it => it !== '')
    const only = call.query.get('apiId')
    const [ids, stored, deployed] = await Promise.all([apiIds(apim), listApis(shared), deployedApis(apim, labels)])
    const current = new Map(stored.map(({api}) => [api.id, api]))
    return deployed.flatMap(api => {
      const now = current.get(api.id)
      const id = ids.get(apiKey(api))
      const {domain} = splitName(api.provider)
      if (!now || id === undefined || (only && api.id !== only) || (tenant && tenant.domain !== domain)) return []
      const {lifeCycleStatus, isDefaultVersion} = now
      return [toArtifact({api: {...api, lifeCycleStatus, isDefaultVersion}}, id, domain)]
    })
  }

const keyManagerOf = ({links}: NodeContext) => {
  const kept = links.find(({link}) => link.key === 'apim.key_manager.service_url')
  if (!kept) throw new StartFailure('the event hub needs a key manager')
  return kept.link
}

/** 4.x's event hub: broadcasts what changes, tells gateways and traffic managers what the databases have, counts calls where nobody else does. */
export const makeEventHub: MakeComponent = context => {
  const apim = needed(context, 'WSO2AM_DB')
  const shared = needed(context, 'WSO2SHARED_DB')
  const {hub, services, waitingFor, close} = makeBroker(context, {
    shared,
    table: 'apim.event_hub',
    policies: databasePolicies(apim, shared),
  })
  const stopCleaning = keepRevocationsClean(apim, context.log)
  const guard = makeGuard(apim, shared)
  const sources = {apim, shared}
  return {
    routes: {
      management: [
        ...dataRoutes(sources, guard, keyManagers(apim, keyManagerOf(context), context.peers), {
          'runtime-artifacts': runtimeArtifacts(sources),
          'global-policies': () => readCustomPolicies(apim),
        }),
        notifyRoute({apim, shared, guard, hub, log: context.log}),
      ],
    },
    apis: [INTERNAL_DATA],
    services,
    waitingFor,
    close: () => {
      stopCleaning()
      close()
    },
  }
}
