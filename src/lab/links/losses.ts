import type {Node} from '../../model/topology.js'
import type {Prober} from './prober.js'
import type {LinkRow} from '../../lab-events/link-row.js'

/** A link in a node's own document: what is of use here. */
interface Told {
  readonly host?: unknown
  readonly port?: unknown
  readonly dropped?: unknown
}

/** What the document says of links that have lost something. Anything may stand in it. */
function lossesIn(body: string): readonly {readonly address: string; readonly dropped: number}[] {
  try {
    const {links} = JSON.parse(body) as {readonly links?: readonly Told[]}
    return (links ?? []).flatMap(({host, port, dropped}) =>
      typeof dropped === 'number' && dropped > 0 ? [{address: `${String(host)}:${String(port)}`, dropped}] : [],
    )
  } catch {
    return []
  }
}

/** Rows of a client that tells how many messages it had to give up: a link that works now may have lost some before. */
export async function withLosses(rows: readonly LinkRow[], client: Node, prober: Prober): Promise<readonly LinkRow[]> {
  const told = client.spec.probes.find(probe => probe.kind === 'http' && probe.tellsLosses)
  const losses = told?.kind === 'http' ? lossesIn(await prober.read(told.port, told.path)) : []
  if (losses.length === 0) return rows
  return rows.map(row => {
    const loss = losses.find(({address}) => row.found?.includes(address))
    if (!loss) return row
    const {dropped} = loss
    return {...row, dropped, detail: `${row.detail}; ${dropped} messages were dropped since ${client.name} started`}
  })
}
