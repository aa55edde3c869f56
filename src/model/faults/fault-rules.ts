import type {Direction} from './fault-kinds.js'
import type {PlacedFault} from './fault-label.js'
import {FAULT_GROUP} from './fault-order.js'

/** One address of the other side of a link; address null: whoever comes in at the port. */
export interface End {
  readonly address: string | null
  readonly port: number
  /** Where a relay of ours listens for it. */
  readonly relayPort?: number
}

const PREFIX = 'apim_lab_'

export const tableName = (id: string): string => PREFIX + id

/** The id of the fault that a table is of; undefined for any other table. */
export const idOfTable = (name: string): string | undefined =>
  name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined

const NOTE_LENGTH = 120

/** What a table says of itself: when it ends, seconds since 1970, and what it is. The kernel keeps no more than 128 bytes. */
export const noteOf = ({kind, links, node}: PlacedFault, until: number): string =>
  `${until} ${kind} ${links[0] ?? node}`.slice(0, NOTE_LENGTH)

/** First byte of the marks after 127: the addresses below are the system's, and the name server's. */
const LEAST_MARK = 64
const BYTE = 256
const ID_DIGITS = 6

/** An address of the loopback interface that is there as long as the rules: everybody may see it, and not everybody rules. */
export function markOf(id: string): string {
  const number = Number(id)
  return `127.${LEAST_MARK + Math.floor(number / BYTE ** 2)}.${Math.floor(number / BYTE) % BYTE}.${number % BYTE}`
}

const MARK = /^127\.(\d+)\.(\d+)\.(\d+)$/

/** The id of the fault that an address of the loopback interface marks. */
export function idOfMark(address: string): string | undefined {
  const [a = 0, b = 0, c = 0] = MARK.exec(address)?.slice(1).map(Number) ?? []
  const id = String((a - LEAST_MARK) * BYTE ** 2 + b * BYTE + c)
  return a < LEAST_MARK || id.length > ID_DIGITS ? undefined : id.padStart(ID_DIGITS, '0')
}

type Way = Exclude<Direction, 'both'>

/** Packets of a link on one of its ways, as the node sees them; not what a rule or a relay of ours says in the server's place, by the loopback. */
function matching({address, port}: End, way: Way): string {
  if (address === null) return way === 'to' ? `iifname != "lo" tcp dport ${port}` : `oifname != "lo" tcp sport ${port}`
  return way === 'to'
    ? `ip daddr ${address} tcp dport ${port}`
    : `iifname != "lo" ip saddr ${address} tcp sport ${port}`
}

/** Where packets on a way come by: what goes to the server leaves its client, and comes in where the server is. */
const hookOf = ({address}: End, way: Way) => ((address === null) === (way === 'to') ? 'input' : 'output')

const TENTHS = 10
/** In percent. */
const ALL = 100

/** The answer itself comes by the rules too. */
const REFUSED = 'tcp flags & rst == 0 reject with tcp reset'

/** What becomes of a packet. To be reset, a connection must first be made: only what carries data, or ends it, is refused. */
const VERDICTS: Readonly<Record<string, (fault: PlacedFault) => string>> = {
  cut: () => 'drop',
  loss: ({value = 0}) =>
    value === ALL ? 'drop' : `numgen random mod ${ALL * TENTHS} < ${Math.round(value * TENTHS)} drop`,
  reject: () => REFUSED,
  reset: () => 'tcp flags & (fin | psh) != 0 reject with tcp reset',
  // What existed before the relay does not go through it.
  delay: () => REFUSED,
  rate: () => REFUSED,
  'half-open': () => 'drop',
}

const RELAYED = (end: End) => end.relayPort !== undefined

function filterRules(fault: PlacedFault, ends: readonly End[], lease: string) {
  const verdict = VERDICTS[fault.kind]?.(fault)
  if (verdict === undefined) return []
  // Whatever the direction: what can't be relayed has to be made anew.
  const direction = ends.some(RELAYED) ? 'both' : fault.direction
  const ways = (['to', 'from'] as const).filter(way => direction === 'both' || direction === way)
  return ends.flatMap(end =>
    ways.flatMap(way => {
      // Our own relay's answers come in from the very same place; only the half that goes out can be told apart.
      if (RELAYED(end) && hookOf(end, way) === 'input' && end.address !== null && fault.kind !== 'half-open') return []
      const own = RELAYED(end) && hookOf(end, way) === 'output' ? ` meta skgid != ${FAULT_GROUP}` : ''
      return [{hook: hookOf(end, way), rule: `${matching(end, way)}${own} ${lease} ${verdict}`}]
    }),
  )
}

function relayRules(ends: readonly End[], lease: string) {
  return ends.filter(RELAYED).map(end => ({
    hook: end.address === null ? 'prerouting' : 'output',
    rule: `${matching(end, 'to')}${end.address === null ? '' : ` meta skgid != ${FAULT_GROUP}`} ${lease} redirect to :${end.relayPort}`,
  }))
}

const NAME_RULES = ['ip daddr 127.0.0.11', 'udp dport 53', 'tcp dport 53'] as const

interface Chain {
  readonly name: string
  readonly type: 'nat' | 'filter'
  readonly hook: string
  readonly priority: number
}

const chain = ({name, type, hook, priority}: Chain, rules: readonly string[]) =>
  rules.length === 0
    ? []
    : [
        `  chain ${name} {`,
        `    type ${type} hook ${hook} priority ${priority};`,
        ...rules.map(rule => `    ${rule}`),
        '  }',
      ]

/** Before those of the engine, which lead to its name server. */
const NAT_PRIORITY = -110
/** After addresses were changed, before whatever the node has of its own. */
const FILTER_PRIORITY = -5

/**
 * The table of a fault, for nft: made anew at once, whatever was there of it. Each rule holds until the deadline and no longer, by the kernel's
 * own clock: the lease needs nobody who is alive. `until`: seconds since 1970.
 */
export function tableText(fault: PlacedFault, ends: readonly End[], until: number): string {
  const lease = `meta time < ${until}`
  const filters =
    fault.kind === 'no-dns'
      ? NAME_RULES.map(match => ({hook: 'output', rule: `${match} ${lease} drop`}))
      : filterRules(fault, ends, lease)
  const relays = relayRules(ends, lease)
  const of = (all: readonly {readonly hook: string; readonly rule: string}[], wanted: string) =>
    all.filter(({hook}) => hook === wanted).map(({rule}) => rule)
  const table = tableName(fault.id)
  return [
    `table ip ${table}`,
    `delete table ip ${table}`,
    `table ip ${table} {`,
    `  comment "${noteOf(fault, until)}"`,
    ...chain({name: 'relay_out', type: 'nat', hook: 'output', priority: NAT_PRIORITY}, of(relays, 'output')),
    ...chain({name: 'relay_in', type: 'nat', hook: 'prerouting', priority: NAT_PRIORITY}, of(relays, 'prerouting')),
    ...chain({name: 'out', type: 'filter', hook: 'output', priority: FILTER_PRIORITY}, of(filters, 'output')),
    ...chain({name: 'in', type: 'filter', hook: 'input', priority: FILTER_PRIORITY}, of(filters, 'input')),
    '}',
    '',
  ].join('\n')
}

export const removalText = (id: string): string => `table ip ${tableName(id)}\ndelete table ip ${tableName(id)}\n`
