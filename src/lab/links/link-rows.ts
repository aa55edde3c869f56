import type {KeyValue} from '../../model/key-path.js'
import type {LinkTarget} from '../../model/helper-protocol.js'
import type {Endpoint, LinkPair} from '../../model/link-pairs.js'
import type {LinkSpec} from '../../model/release.js'
import {expectedText, leadsTo, readAddress, shown} from '../../model/link-address.js'
import {assign} from '../../model/assign-addresses.js'
import {findValues, type ClientFile} from './client-files.js'
import type {Prober} from './prober.js'
import {stateOf, type LinkRow, type Outcome} from './rows.js'
import {notRunning, type Scene} from './scene.js'

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
export function stoppedRow(pair: LinkPair, reason: string): LinkRow {
  const {link, client} = pair
  const file = link.address ? (client.spec.config[0]?.readAt ?? null) : null
  return {...baseRow(pair), file, key: link.address?.key ?? null, state: 'broken', detail: unusedPrefix(link) + reason}
}

/** Asks for the links of one client: each address as its own configuration has it, then the server itself. */
export class LinkAsker {
  constructor(
    readonly files: readonly ClientFile[],
    readonly prober: Prober,
    readonly scene: Scene,
  ) {}

  /** Rows of all pairs of one link and this client. */
  async rows(link: LinkSpec, pairs: readonly LinkPair[]): Promise<readonly LinkRow[]> {
    const {address, probe} = link
    if (!address) return Promise.all(pairs.map(pair => this.#withoutAddress(pair)))
    const {file, values: found, fault} = findValues(this.files, address.key)
    const {values, strays} = assign(
      pairs.flatMap(({expected}) => expected ?? []),
      found,
      probe,
      address.names,
    )
    return Promise.all([
      ...pairs.map((pair, i) => this.#row(pair, address.names, {file, key: address.key, fault, value: values[i]})),
      ...strays.map(stray => this.#strayRow(link, pairs, file, stray)),
    ])
  }

  async #withoutAddress(pair: LinkPair): Promise<LinkRow> {
    const {link, server} = pair
    const {ok, detail} = await this.#askServer(pair, {host: server.name, port: link.port, serverName: server.name})
    return {...baseRow(pair), state: stateOf(ok), detail: unusedPrefix(link) + detail}
  }

  async #row(
    pair: LinkPair,
    names: Names,
    {file, key, fault, value}: {file: string; key: string; fault: string; value: KeyValue | undefined},
  ): Promise<LinkRow> {
    const {link, server, expected} = pair
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
    const {ok, detail} = await this.#askServer(pair, targetAddress(pair, names, expected!))
    return {...seen, state: stateOf(ok), detail: unusedPrefix(link) + detail}
  }

  /** An address that leads to no node of the lab is a broken link too: the client will use it. */
  async #strayRow(link: LinkSpec, pairs: readonly LinkPair[], file: string, {key, value}: KeyValue): Promise<LinkRow> {
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

  async #askServer(
    {link, server}: LinkPair,
    where: Pick<Target, 'host' | 'port' | 'serverName' | 'alias'>,
  ): Promise<Outcome> {
    const outcome = await this.#ask(link, where)
    const reason = outcome.ok ? undefined : notRunning(server.name, this.scene)
    return reason === undefined ? outcome : {ok: false, detail: `${reason}: ${outcome.detail}`}
  }

  /** What a wrong address came to: told, though it is broken whatever answers. */
  async #askElsewhere(link: LinkSpec, value: string): Promise<string> {
    const address = readAddress(value)
    if (!address) return 'this is no address'
    const {ok, detail} = await this.#ask(link, {host: address.host, port: address.port, serverName: address.host})
    return ok ? `leads elsewhere, and something answers there: ${detail}` : `leads elsewhere, and there: ${detail}`
  }

  #ask({probe, path, port}: LinkSpec, where: Pick<Target, 'host' | 'port' | 'serverName' | 'alias'>): Promise<Outcome> {
    const greeting = this.scene.topology.release.greetings[port]
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
