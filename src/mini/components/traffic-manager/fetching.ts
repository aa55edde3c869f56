import {z} from 'zod'
import {needed, type MakeComponent, type NodeContext} from '../../component.js'
import {accountAt} from '../../config/accounts.js'
import {isCopy} from '../../events/hub.js'
import {subscribeTopics} from '../../events/topics.js'
import {StartFailure} from '../../failure.js'
import {CUSTOM_POLICY_DATA, POLICY_DATA} from '../../hub/data.js'
import {isAboutPolicies, makeBroker} from './broker.js'
import {INTERNAL_DATA} from './data/base.js'
import {toPlans, type Plan} from './plans.js'

const POLICIES = z.object({list: z.array(POLICY_DATA)})
const CUSTOM_POLICIES = z.object({list: z.array(CUSTOM_POLICY_DATA)})

/** Fetches all policies: PolicyRetriever.java of org.wso2.carbon.apimgt.throttle.policy.deployer, carbon-apimgt 9.28.116. */
function policiesOf({links, peers, config}: NodeContext): () => Promise<readonly Plan[]> {
  const link = links.find(it => it.link.key === 'apim.event_hub.service_url')?.link
  if (!link) throw new StartFailure('the traffic manager needs an event hub')
  const account = accountAt(config.settings, 'apim.event_hub')
  const ask = async (name: string) => {
    const path = `${INTERNAL_DATA.base}/${name}`
    const answer = await peers.ask(link, {path, account, headers: {xWSO2Tenant: 'ALL'}})
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
    return answer.json()
  }
  return async () => {
    const kinds = ['api-policies', 'application-policies', 'subscription-policies']
    const policies = await Promise.all(kinds.map(async name => POLICIES.parse(await ask(name)).list))
    return toPlans(policies.flat(), CUSTOM_POLICIES.parse(await ask('global-policies')).list)
  }
}

/** 4.x's: it hears of policies on the event hub's topics, and fetches them. */
export const makeFetchingTrafficManager: MakeComponent = context => {
  const {links, config, log} = context
  const {policies, services, waitingFor, close} = makeBroker(context, {
    shared: needed(context, 'WSO2SHARED_DB'),
    table: 'apim.throttling',
    policies: policiesOf(context),
  })
  subscribeTopics(
    links.filter(it => it.link.service === 'event-hub' && !isCopy(it)),
    ['notification'],
    accountAt(config.settings, 'apim.event_hub'),
    {
      message: (topic, payload) => {
        if (isAboutPolicies(topic, payload)) policies.refresh()
      },
      connected: policies.refresh,
    },
    log,
  )
  return {services, waitingFor, close}
}
