import type {KeyValue} from '../../model/key-path.js'
import type {LinkTarget} from '../../model/helper-protocol.js'
import type {Endpoint, LinkPair} from '../../model/link-pairs.js'
import type {LinkSpec} from '../../model/release.js'
import {expectedText, leadsTo, readAddress, shown} from '../../model/link-address.js'
import {assign} from '../../model/assign-addresses.js'
import {findValues, type ClientFile} from './client-files.js'
import type {Prober} from './prober.js'
import {judged, type LinkRow, type Outcome} from '../../lab-events/link-row.js'
import {notRunning, type NotRunning, type RunningLab} from './running-lab.js'

type Names = NonNullable<LinkSpec['address']>['names']
type Target = Omit<LinkTarget, 'authority'>

function baseRow({client, server, link, expected}: LinkPair) {
  return {
    client: client.name,
    server: server.name,
    port: link.port,
    purpose: link.purpose,
    use: link.use,
    file: null,
    key: null,
    found: null,
    expected: expected ? expectedText(expected, link.probe) : null,
  } as const
}

const unusedPrefix = ({use, source}: LinkSpec) => (use === 'unused' ? `unused: ${source}; ` : '')

/** The row of a pair whose client can't be asked. */
export function stoppedRow(pair: LinkPair, {detail, cause}: NotRunning): LinkRow {
  const {link, client} = pair
  const file = link.address ? (client.spec.config[0]?.readAt ?? null) : null
  const key = link.address?.key ?? null
  return {...baseRow(pair), file, key, state: 'broken', detail: unusedPrefix(link) + detail, cause}
}

/** Asks for the links of one client: each address as its own configuration has it, then the server itself. */
export class LinkAsker {
  constructor(
    readonly files: readonly ClientFile[],
    readonly prober: Prober,
    readonly running: RunningLab,
  ) {}

  /** Rows of all pairs of one link and this client. */
  async rows(link: LinkSpec, pairs: readonly LinkPair[]): Promise<readonly LinkRow[]> {
    const {address} = link
    if (!address) return Promise.all(pairs.map(pair => this.#withoutAddress(pair)))
    const {file, values: found, fault} = findValues(this.files, address.key)
    const {values, extras} = assign(
      pairs.flatMap(({expected}) => expected ?? []),
      found,
      link,
      pairs[0]!.client.name,
    )
    return Promise.all([
      ...pairs.map((pair, i) => this.#row(pair, address.names, {file, key: address.key, fault, value: values[i]})),
      ...extras.map(extra => this.#extraRow(link, pairs, file, extra)),
    ])
  }

  async #withoutAddress(pair: LinkPair): Promise<LinkRow> {
    const {link, server} = pair
    return {
      ...baseRow(pair),
      ...(await this.#askServer(pair, {host: server.name, port: link.port, serverName: server.name})),
    }
  }

  async #row(
    pair: LinkPair,
    names: Names,
    {file, key, fault, value}: {file: string; key: string; fault: string; value: KeyValue | undefined},
  ): Promise<LinkRow> {
    const {link, expected, server} = pair
    const base = {...baseRow(pair), file, key}
    if (!value) return {...base, state: 'broken', detail: fault || `the file has no address for ${server.name} there`}
    const seen = {
      ...base,
      key: value.key,
      found: shown(value.value),
      expected: expectedText(expected!, link.probe, value.value),
    }
    if (!leadsTo(value.value, expected!, link.probe))
      return {...seen, state: 'broken', detail: await this.#askElsewhere(link, value.value)}
    return {...seen, ...(await this.#askServer(pair, targetAddress(pair, names, expected!)))}
  }

  /** An address that leads to no node of the lab is a broken link too: the client will use it. */
  async #extraRow(link: LinkSpec, pairs: readonly LinkPair[], file: string, {key, value}: KeyValue): Promise<LinkRow> {
    const expected = [
      ...new Set(pairs.flatMap(pair => (pair.expected ? [expectedText(pair.expected, link.probe, value)] : []))),
    ]
    return {
      ...baseRow(pairs[0]!),
      server: link.server,
      state: 'broken',
      file,
      key,
      found: shown(value),
      expected: expected.join(' or '),
      detail: await this.#askElsewhere(link, value),
    }
  }

  /** A server that does not run is not asked, but for what leads through the load balancer: that one goes on with the others. */
  async #askServer(
    {link, server}: LinkPair,
    where: Pick<Target, 'host' | 'port' | 'serverName' | 'alias'>,
  ): Promise<Pick<LinkRow, 'state' | 'detail' | 'cause'>> {
    const stopped = link.use === 'browser' ? undefined : notRunning(server.name, this.running)
    const outcome = stopped ? {ok: false, ...stopped} : await this.#ask(link, where)
    return judged({...outcome, detail: unusedPrefix(link) + outcome.detail})
  }

  /** What a wrong address came to: told, though it is broken whatever answers. */
  async #askElsewhere(link: LinkSpec, value: string): Promise<string> {
    const address = readAddress(value)
    if (!address) return 'not an address'
    const {ok, detail} = await this.#ask(link, {host: address.host, port: address.port, serverName: address.host})
    return `another address than expected, ${ok ? 'which answers' : 'unreachable'}: ${detail}`
  }

  #ask({probe, path, port}: LinkSpec, where: Pick<Target, 'host' | 'port' | 'serverName' | 'alias'>): Promise<Outcome> {
    const greeting = this.running.topology.release.greetings[port]
    return this.prober.link({
      ...where,
      probe,
      ...(path !== undefined && {path}),
      ...(greeting && {greeting}),
      ...(probe === 'ws' && {upgrade: true}),
    })
  }
}

/** A name that several nodes share is asked node by node, under that name. */
function targetAddress({server}: LinkPair, names: Names, {host, port}: Endpoint) {
  return names === 'component'
    ? {host: server.name, port, serverName: host, alias: host}
    : {host, port, serverName: host}
}
