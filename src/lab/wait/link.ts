import {LabError} from '../../errors.js'
import {pickLinks, USER} from '../../model/link-id.js'
import {links} from '../links/links.js'
import type {IdentifiedRow} from '../../lab-events/link-row.js'
import {pickNodes} from '../state/pick-nodes.js'
import type {Condition, Waiter} from './condition.js'
import {askUntil, type WaitedLab} from './waited-lab.js'

/** Rows that are told on the first line. */
const MOST_NAMED = 3

/** Checks links as `links` does, until all of them are ok. Throws `link-unknown`, and `usage-invalid` without a client. */
export function linkWaiters(
  {nodes: clients, server}: Extract<Condition, {kind: 'link'}>,
  waited: WaitedLab,
): readonly Waiter[] {
  const {running, context, pool, tell} = waited
  const {topology, lab} = running
  if (clients.length === 0)
    throw new LabError('usage-invalid', `Which node is the link to ${server.slice(0, 80)} from?`, {
      next: [`apim-lab wait ${topology.links[0]?.client ?? 'NODE'} --link ${server}`, 'apim-lab links (shows all)'],
    })
  const named = clients.filter(client => client !== USER)
  if (named.length > 0) pickNodes(named, topology.nodes, lab)
  const only = clients.map(client => `${client}->${server}`)
  pickLinks(only, topology)
  const who = only.join(', ')
  let broken: readonly IdentifiedRow[] = []
  return [
    {
      condition: 'link',
      text: `${who} ${only.length > 1 ? 'are' : 'is'} ok`,
      unmet: `${who} ${only.length > 1 ? 'were not all' : 'was not'} ok`,
      wait: () =>
        askUntil(waited, async () => {
          const {rows} = await links(lab, context, {only, pool})
          context.signal.throwIfAborted()
          broken = rows.filter(({state}) => state === 'broken')
          for (const row of broken) tell(row.id, `waiting, ${reasonOf(row)}`)
          return rows.length > 0 && broken.length === 0
            ? {nodes: [...new Set(rows.map(({client}) => client))]}
            : undefined
        }),
      missed() {
        const reasons = [...new Set(broken.map(row => (only.includes(row.id) ? '' : `${row.id}: `) + reasonOf(row)))]
        return {
          reason:
            reasons.length === 0
              ? 'it could not be asked in that time'
              : `last probe: ${reasons.slice(0, MOST_NAMED).join('; ')}`,
          evidence: reasons.slice(MOST_NAMED),
          next: only.map(id => `apim-lab links '${id}'`),
        }
      },
    },
  ]
}

const reasonOf = ({cause, detail}: IdentifiedRow) => cause ?? detail
