import type {NodeContext} from '../../component.js'
import {dotted} from '../../config/keys.js'
import {get} from '../../http/get.js'
import {subscribeTopics} from '../../events/topics.js'
import {TOPICS} from '../../hub/events.js'
import {ApiKeys} from './api-keys.js'
import type {Artifacts} from './artifacts.js'
import {Blocks} from './blocks.js'
import type {Catalog} from './catalog.js'
import {makeFeed} from './hub-feed.js'
import {HubData} from './hub-data.js'
import {KeySets} from './key-sets.js'
import {ALL_FETCHED, ALL_LISTS, readList, type Fetched, type FetchedName, type Lists} from './lists.js'
import type {GatewayOptions} from './options.js'
import {makeRefresher, Refusal} from './refresher.js'
import {Revoked} from './revoked.js'
import {openSnapshot} from './snapshot.js'
import {Throttle} from './throttle.js'
import {Tokens} from './tokens.js'

/** Everything that a gateway knows of its lab, kept up to date by the event hub. */
interface GatewayState {
  readonly data: HubData
  readonly blocks: Blocks
  readonly throttle: Throttle
  readonly tokens: Tokens
  readonly apiKeys: ApiKeys
  /** An API was deployed or undeployed here. */
  deployed(uuid: string): void
  readonly waitingFor: () => readonly string[]
  close(): Promise<void>
}

const SWEEP_EVERY_MS = 30_000
const INTERNAL = '/internal/data/v1'

/** Starts to keep the state: from the snapshot at once, then from the event hub whenever it can be reached. */
export function keepState(
  context: NodeContext,
  options: GatewayOptions,
  artifacts: Artifacts,
  catalog: Catalog,
): GatewayState {
  const {links, peers, log, home, changed} = context
  const linkTo = (server: string, kind: string) =>
    links.find(({link}) => link.server === server && link.kind === kind)?.link
  const hubLink = linkTo('control-plane', 'https') ?? linkTo('traffic-manager', 'https')
  const keyManager = linkTo('key-manager', 'https')
  const {eventHub} = options
  if ((!hubLink && eventHub) || !keyManager)
    throw context.config.settings.missing(dotted('apim'), {why: 'links', example: ''})

  const data = new HubData(options.counts)
  const blocks = new Blocks()
  const throttle = new Throttle()
  const revoked = new Revoked()
  const ask = async (address: string, request: Parameters<typeof peers.ask>[1]): Promise<unknown> => {
    const {hostname, port, pathname, search} = new URL(address)
    const at = {...keyManager, host: hostname, port: Number(port || 443)}
    const answer = await peers.ask(at, {...request, path: `${pathname}${search}`})
    if (answer.status !== 200) throw new Error(`${hostname} answered ${answer.status}`)
    return answer.json()
  }
  /** Someone else's key manager may have its keys without TLS. */
  const plain = async (address: string): Promise<unknown> => {
    const answer = await get(address)
    if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`)
    return JSON.parse(answer.text) as unknown
  }
  const keys = new KeySets({
    fetch: url => (url.startsWith('http:') ? plain(url) : ask(url, {path: ''})),
    changed: () => {
      tokens.forget()
      snapshot.touch()
    },
  })
  const tokens = new Tokens({
    life: options.tokenCache * 1000,
    keys,
    keyManagers: () => (eventHub ? data.keyManagers : undefined),
    isRevoked: identifier => revoked.has(identifier),
    introspect: (url, token) =>
      ask(url, {method: 'POST', path: '', account: options.keyManager, form: {token, token_type_hint: 'access_token'}}),
  })
  const apiKeys = new ApiKeys(context.config.keyStore, data, identifier => revoked.has(identifier))
  const content = () => ({
    lists: {
      ...data.all(),
      block: blocks.data(),
      keyTemplates: throttle.allTemplates(),
      revokedjwt: revoked.all(),
    },
    keySets: keys.all(),
  })
  const snapshot = openSnapshot(home, content, log)
  const rebuild = () => catalog.rebuild(artifacts.all(), data.apis)

  const take = (lists: Partial<Lists>) => {
    data.set(lists)
    if (lists.apis) rebuild()
    if (lists.block) blocks.load(lists.block)
    if (lists.keyTemplates) throttle.loadTemplates(lists.keyTemplates)
    for (const it of lists.revokedjwt ?? []) revoked.add(it)
    if (lists.keymanagers) tokens.forget()
  }

  let known = snapshot.loaded !== undefined || !eventHub
  if (snapshot.loaded && eventHub) {
    keys.load(snapshot.loaded.keySets)
    take(snapshot.loaded.lists)
  }
  rebuild()

  const of = (name: FetchedName) =>
    name === 'runtime-artifacts'
      ? `?type=Synapse&gatewayLabel=${encodeURIComponent((options.labels ?? []).join(','))}`
      : ''
  const fetch = async <N extends FetchedName>(name: N): Promise<Fetched[N]> => {
    if (!hubLink || !eventHub) throw new Refusal('the event hub is switched off')
    const headers = {xWSO2Tenant: 'ALL'}
    const answer = await peers.ask(hubLink, {path: `${INTERNAL}/${name}${of(name)}`, headers, account: eventHub})
    const {status} = answer
    // While nodes start the account may not be there yet: that is no answer to wait no longer for.
    if (status === 401) throw new Error(`${INTERNAL}/${name} answered 401`)
    if (status !== 200) throw new Refusal(`${INTERNAL}/${name} answered ${status}`)
    return readList(name, answer.json())
  }
  const taken = ({'runtime-artifacts': fetched, ...lists}: Partial<Fetched>) => {
    take(lists)
    if (fetched) {
      for (const {name, version} of artifacts.replace(fetched)) log('INFO', 'Gateway', `deployed ${name} ${version}`)
      rebuild()
    }
    // Keys are fetched before the first token comes, so that a restart has them too.
    for (const {configuration} of lists.keymanagers ?? []) void keys.refresh(configuration.certificate_value)
    snapshot.touch()
  }
  const answered = () => {
    if (known) return
    known = true
    changed()
  }
  const refresher = makeRefresher(fetch, taken, answered, log)
  const feed = makeFeed({throttle, blocks, revoked, want: refresher.want, changed: () => snapshot.touch()})
  const everything = options.labels ? ALL_FETCHED : ALL_LISTS
  const hub = links.filter(({link}) => link.service === 'event-hub')
  if (eventHub) {
    subscribeTopics(hub, TOPICS, eventHub, {message: feed, connected: () => refresher.want(everything)}, log)
    refresher.want(everything)
  } else {
    const why = 'no key manager, subscription or revoked token will be known here (apim.event_hub.enable is false)'
    log('WARN', 'Gateway', `the event hub is switched off: ${why}`)
    const listener = {message: feed, connected: () => undefined}
    subscribeTopics(hub, ['throttleData'], options.trafficManager, listener, log)
  }
  const sweeper = setInterval(() => {
    throttle.sweep()
    revoked.sweep()
  }, SWEEP_EVERY_MS).unref()

  return {
    data,
    blocks,
    throttle,
    tokens,
    apiKeys,
    deployed: uuid => {
      data.outdated(uuid)
      rebuild()
    },
    waitingFor: () => (known ? [] : ['data of the event hub']),
    close: async () => {
      clearInterval(sweeper)
      refresher.close()
      await snapshot.close()
    },
  }
}
