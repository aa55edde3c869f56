import {LabError} from '../../errors.js'
import type {Condition} from './condition.js'
import {parseSince} from '../logs/since.js'

/** What `wait` was told to wait for. */
export interface WaitFlags {
  readonly ready?: boolean | undefined
  readonly log?: string | undefined
  readonly since?: string | undefined
  readonly http?: string | undefined
  readonly status?: number | undefined
  readonly link?: string | undefined
  readonly sql?: string | undefined
  readonly equals?: string | undefined
}

/** A flag that says more about another one. */
const BELONGS = {since: 'log', status: 'http', equals: 'sql'} as const
const OK = 200

/** The conditions of flags, all for the same nodes. Throws `usage-invalid` for none, and for flags that lack another one. */
export function conditionsOf(flags: WaitFlags, nodes: readonly string[], now: Date): readonly Condition[] {
  const {ready, log, since, http, status = OK, link, sql, equals} = flags
  for (const [flag, other] of Object.entries(BELONGS) as [keyof typeof BELONGS, keyof WaitFlags][])
    if (flags[flag] !== undefined && flags[other] === undefined) throw usage(`--${flag} belongs to --${other}`)
  if (sql !== undefined && equals === undefined) throw usage('--sql needs --equals')
  const found: readonly Condition[] = [
    ...(ready ? [{kind: 'ready', nodes} as const] : []),
    ...(log === undefined ? [] : [logCondition(nodes, log, since, now)]),
    ...(http === undefined ? [] : [{kind: 'http', nodes, url: http, status} as const]),
    ...(link === undefined ? [] : [{kind: 'link', nodes, server: link} as const]),
    ...(sql === undefined ? [] : [{kind: 'sql', nodes, query: sql, equals: equals!} as const]),
  ]
  if (found.length === 0) throw usage('There is nothing to wait for: give --ready, --log, --http, --link or --sql')
  return found
}

function logCondition(nodes: readonly string[], pattern: string, since: string | undefined, now: Date): Condition {
  const command = `apim-lab wait${nodes.map(node => ` ${node}`).join('')} --log '${pattern}'`
  return {kind: 'log', nodes, pattern, ...(since !== undefined && {since: parseSince(since, now, command)})}
}

const usage = (message: string) => new LabError('usage-invalid', `${message}.`, {next: ['apim-lab wait --help']})
