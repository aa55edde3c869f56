import {faultKind} from '../model/faults/fault-kinds.js'
import type {Flow} from '../model/faults/fault-order.js'
import {tableText, type End} from '../model/faults/fault-rules.js'
import {addressesOf} from '../names/lookup.js'
import type {Made, Maker, MakeOrder} from './lease.js'
import {isNodeHere, mark, removeFault} from './namespace.js'
import {Relay} from './relay.js'
import {tool} from './tools.js'

const NAME_MS = 1000

/** The addresses of a flow's other side; those that were known before where the name server does not answer: it may be broken too. */
async function endsOf({host, port}: Flow, known: readonly End[]): Promise<readonly End[]> {
  if (host === null) return [{address: null, port}]
  try {
    const found = await addressesOf(host, {timeoutMs: NAME_MS})
    return found.filter(({family}) => family === 4).map(({address}) => ({address, port}))
  } catch {
    return known.filter(end => end.port === port)
  }
}

const keyOf = ({address, port}: End) => `${address ?? '*'}:${port}`

/** Sockets that are open already, with nothing to say: the kernel ends them for us, where it can. */
async function destroySockets(ends: readonly End[]): Promise<void> {
  for (const {address, port} of ends) {
    const filter = address === null ? ['sport', '=', `:${port}`] : ['dst', address, 'dport', '=', `:${port}`]
    // Without it they are reset by the rules, at the next packet.
    await tool('ss', ['--tcp', '--kill', 'state', 'connected', ...filter]).catch(() => undefined)
  }
}

/** What is ended when the fault begins. */
const BREAKS_OPEN = ['reject', 'delay', 'rate']

class PacketFault implements Made {
  #ends: readonly End[] = []
  readonly #relays = new Map<string, Relay>()

  constructor(
    readonly order: MakeOrder,
    readonly until: number,
  ) {}

  get #isRelayed(): boolean {
    return faultKind(this.order.fault.kind).means === 'relay'
  }

  async #relayed(end: End): Promise<End> {
    if (!this.#isRelayed) return end
    const relay = this.#relays.get(keyOf(end)) ?? (await Relay.open(end, this.order.fault))
    this.#relays.set(keyOf(end), relay)
    return {...end, relayPort: relay.port}
  }

  async make(): Promise<void> {
    const found = (await Promise.all(this.order.flows.map(flow => endsOf(flow, this.#ends)))).flat()
    const wanted = found.map(keyOf).toSorted().join()
    if (this.#ends.length > 0 && wanted === this.#ends.map(keyOf).toSorted().join()) return
    this.#ends = await Promise.all(found.map(end => this.#relayed(end)))
    const {fault} = this.order
    await tool('nft', ['-f', '-'], tableText(fault, this.#ends, this.until))
    await mark(fault.id)
    if (BREAKS_OPEN.includes(fault.kind)) await destroySockets(this.#ends)
  }

  async keep(): Promise<void> {
    // A server that was started again may have another address.
    await this.make()
    if (this.order.fault.kind === 'reset') await destroySockets(this.#ends)
  }

  async end(): Promise<void> {
    // What goes on through a relay is told its end; what comes next goes straight again.
    if (isNodeHere()) await removeFault(this.order.fault.id)
    await Promise.all([...this.#relays.values()].map(relay => relay.close()))
  }
}

/** A fault of packets, in the network of the node that this is run in. */
export const packets: Maker = {
  async make(order, until) {
    const fault = new PacketFault(order, until)
    try {
      await fault.make()
    } catch (error) {
      await fault.end().catch(() => undefined)
      throw error
    }
    return fault
  },
}
