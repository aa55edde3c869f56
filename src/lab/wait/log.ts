import {instantText, nanosOf} from '../../model/instant.js'
import {oneLine} from '../../model/one-line.js'
import {logs, type NodeLine} from '../logs.js'
import {knownNodes, pickNodes} from '../state/pick-nodes.js'
import type {Condition, Found, Missed, Waiter} from './condition.js'
import {LogSearch, logMatcher, MOST_LINES, type LogMatcher} from '../logs/log-matcher.js'
import type {WaitedLab} from './waited-lab.js'

type LogCondition = Extract<Condition, {kind: 'log'}>

/** Lines that are shown of those that came and did not match. */
const LAST_LINES = 5
/** Of each node, so many lines from before are searched for one that would have matched. */
const OLDER_LINES = 2000
const MOST_SHOWN = 300

const shown = ({node, line}: NodeLine) => `${node} | ${oneLine(line, MOST_SHOWN)}`

/** Follows logs until a line matches. Throws `node-unknown`, and `usage-invalid` for what is no regular expression. */
export function logWaiters(condition: LogCondition, waited: WaitedLab): readonly Waiter[] {
  const {nodes: words, pattern, since} = condition
  const {running, context, afterwards} = waited
  const {lab, observed, topology} = running
  const matcher = logMatcher(pattern)
  const nodes = pickNodes(words, knownNodes(observed, topology), lab).map(({name}) => name)
  const [who, nobody] = words.length === 0 ? ['a node', 'any node'] : [nodes.join(' or '), nodes.join(' or ')]
  const last: NodeLine[] = []
  let came = 0
  let starts: ReadonlyMap<string, bigint> = new Map()

  const isMeant = ({node, at}: NodeLine) => {
    const from = since ?? starts.get(node)
    return from === undefined || (nanosOf(at) ?? from) >= from
  }
  const keep = (line: NodeLine) => {
    came++
    last.push(line)
    if (last.length > LAST_LINES) last.shift()
  }

  async function wait(): Promise<Found> {
    const over = new AbortController()
    let found: NodeLine | undefined
    let failure: unknown
    const search = new LogSearch<NodeLine>(
      matcher,
      ({line}) => line,
      line => {
        found = line
        over.abort()
      },
      error => {
        failure = error
        over.abort()
      },
    )
    if (since === undefined) starts = await runStarts(nodes, waited)
    const from = since ?? earliest(nodes, starts)
    const line = (one: NodeLine) => {
      if (!isMeant(one)) return
      keep(one)
      search.add(one)
    }
    const signal = AbortSignal.any([context.signal, over.signal])
    const options = {lab, nodes: words, follow: true, ...(from !== undefined && {since: from})}
    await logs(options, {begin: () => undefined, line}, {...context, signal})
    // What came in time counts.
    await search.drained(afterwards.signal)
    if (failure !== undefined) throw failure
    if (found) return {nodes: [found.node], at: found.at, line: found.line}
    context.signal.throwIfAborted()
    throw new Error('logs ended by themselves')
  }

  return [
    {
      condition: 'log',
      text: `${who} logged /${pattern}/`,
      unmet: `No line of ${nobody} matched /${pattern}/`,
      wait,
      async missed(): Promise<Missed> {
        const from = since === undefined ? 'in its last run' : `since ${instantText(since)}`
        const near = await nearMisses(condition, isMeant, waited)
        const lines = came === 0 ? 'no line' : came === 1 ? 'one line' : `${came} lines`
        return {
          reason: [`${lines} ${from}`, ...near].join('; '),
          evidence: last.map(shown),
          next: [`apim-lab logs ${words.join(' ')}`.trim()],
        }
      },
    },
  ]
}

/** When the last run of each node began, as far as it has one. */
async function runStarts(nodes: readonly string[], {running}: WaitedLab): Promise<ReadonlyMap<string, bigint>> {
  const found = await Promise.all(
    nodes.map(async name => {
      const node = running.nodes.get(name)
      const {logFrom} = node ? await running.engine.lifeOf(node) : {}
      return logFrom === undefined ? [] : ([[name, logFrom]] as const)
    }),
  )
  return new Map(found.flat())
}

/** Undefined where all that a node ever logged is meant. */
function earliest(nodes: readonly string[], starts: ReadonlyMap<string, bigint>): bigint | undefined {
  const all = nodes.map(name => starts.get(name))
  if (!all.every(start => start !== undefined)) return undefined
  return all.reduce((one, other) => (other < one ? other : one))
}

/** What would have met the condition: a line from before, or one that differs in upper and lower case. */
async function nearMisses(
  {nodes, pattern}: LogCondition,
  isMeant: (line: NodeLine) => boolean,
  {running: {lab}, afterwards}: WaitedLab,
): Promise<readonly string[]> {
  const lines: NodeLine[] = []
  const printer = {begin: () => undefined, line: (line: NodeLine) => lines.push(line)}
  await logs({lab, nodes, follow: false, tail: OLDER_LINES}, printer, afterwards)
  const newestFirst = lines.toReversed()
  const older = firstMatch(
    newestFirst.filter(line => !isMeant(line)),
    logMatcher(pattern),
  )
  if (older) return [`one matches from before, of ${older.at}: ${shown(older)}`]
  const alike = firstMatch(newestFirst.filter(isMeant), logMatcher(pattern, 'i'))
  return alike ? [`one differs in upper and lower case only: ${shown(alike)}`] : []
}

function firstMatch(lines: readonly NodeLine[], matcher: LogMatcher): NodeLine | undefined {
  for (let from = 0; from < lines.length; from += MOST_LINES) {
    const part = lines.slice(from, from + MOST_LINES)
    const place = matcher.firstOf(part.map(({line}) => line))
    if (place >= 0) return part[place]
  }
  return undefined
}
