import {LabError} from '../../errors.js'
import {MARKER_DATABASE} from '../../model/database-server.js'
import {nearest} from '../../model/nearest.js'
import {oneLine} from '../../model/one-line.js'
import type {Topology} from '../../model/topology.js'
import {withProber} from '../links/prober.js'
import {adminLogin, notRunning} from '../links/running-lab.js'
import type {Condition, Waiter} from './condition.js'
import {askUntil, type WaitedLab} from './waited-lab.js'

const MOST_SHOWN = 300

/** Asks a query until its rows are as said, as the account that may do everything, which can write nothing meanwhile. Throws `usage-invalid`. */
export function sqlWaiters(
  {nodes: words, query, equals}: Extract<Condition, {kind: 'sql'}>,
  waited: WaitedLab,
): readonly Waiter[] {
  const {context, tell} = waited
  const {topology} = waited.running
  const {server} = topology
  const database = databaseOf(words, topology)
  const place = words.join()
  const what = `${oneLine(query, MOST_SHOWN)} in ${place}`
  const wanted = JSON.stringify(equals)
  let last = 'none'
  return [
    {
      condition: 'sql',
      text: `${what} is ${wanted}`,
      unmet: `${what} was not ${wanted}`,
      wait: () =>
        askUntil(waited, async running => {
          const stopped = notRunning(server.name, running)
          const outcome = stopped
            ? {...stopped, ok: false, hopeless: false}
            : await withProber(server.name, running, prober => prober.query(adminLogin(running), database, query))
          context.signal.throwIfAborted()
          if (outcome.hopeless) throw refused(outcome.detail, place)
          if (outcome.ok && outcome.detail === equals) return {nodes: [server.name]}
          last = outcome.ok ? JSON.stringify(oneLine(outcome.detail, MOST_SHOWN)) : oneLine(outcome.detail, MOST_SHOWN)
          tell(place, `waiting, ${last}`)
          return undefined
        }),
      missed: () => ({reason: `last answer: ${last}`, next: [`apim-lab exec ${server.name}`]}),
    },
  ]
}

const refused = (detail: string, place: string) =>
  new LabError('usage-invalid', `The query can't be asked: ${oneLine(detail, MOST_SHOWN)}.`, {
    next: [`apim-lab wait ${place} --sql 'SELECT 1' --equals 1`],
  })

/** The database that is meant; the server alone stands for one that every lab has. */
export function databaseOf(words: readonly string[], {server, release}: Topology): string {
  const databases = release.databases.map(({name}) => name)
  const known = [server.name, ...databases]
  const [word = '', ...others] = words
  if (others.length === 0 && known.includes(word)) return word === server.name ? MARKER_DATABASE : word
  const near = nearest(word.slice(0, 80), known)
  const why =
    words.length === 0
      ? 'A query is for a database'
      : others.length > 0
        ? 'A query is for one database'
        : `There is no database ${JSON.stringify(word.slice(0, 80))}${near === undefined ? '' : `; did you mean ${near}`}`
  throw new LabError('usage-invalid', `${why}: ${server.name}, or one of its databases, ${databases.join(', ')}.`, {
    next: [`apim-lab wait ${near ?? databases[0] ?? server.name} --sql 'SELECT 1' --equals 1`],
  })
}
