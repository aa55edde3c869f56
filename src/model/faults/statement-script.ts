import type {DatabaseServerSpec} from '../database-server.js'

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

const quotedSaying = ({client, readOnly}: Server, statements: readonly string[]) =>
  [...client, ...statements.flatMap(statement => [readOnly.option, statement])].map(quoted).join(' ')

type Server = Pick<DatabaseServerSpec, 'client' | 'readOnly'>

/**
 * A shell script that makes a database server take no changes, and ends that at its deadline or when told to. It says what a fault's helper
 * says; statements and the client that says them are the server's data, the password is in a file of the server's.
 */
export function statementScript(server: Server, seconds: number): string {
  const {begin, end} = server.readOnly
  return [
    // Outlives this process, not its container: one that the engine starts again goes on until the same time.
    `[ -f /tmp/until ] || echo $(($(date +%s) + ${Math.ceil(seconds)})) >/tmp/until`,
    'until=$(cat /tmp/until)',
    'echo $until >/dev/shm/until',
    'told=',
    'trap "told=1" TERM INT',
    `why=$(${quotedSaying(server, begin)} 2>&1 >/dev/null) || { echo "$why" >&2; exit 1; }`,
    `echo '{"kind":"made"}'`,
    'while [ -z "$told" ] && [ "$(date +%s)" -lt "$until" ] && grep -q eth /proc/net/dev; do sleep 0.2; done',
    // A server that is started again forgets it.
    'grep -q eth /proc/net/dev || exit 0',
    `${quotedSaying(server, end)} >/dev/null && : >/dev/shm/ended`,
  ].join('\n')
}

/** A script that ends it for one that was killed, when that would have: it shares its memory. */
export const statementGuardScript = (server: Server): string =>
  [
    'until=$(cat /dev/shm/until) || exit 1',
    'told=',
    'trap "told=1" TERM INT',
    `echo '{"kind":"made"}'`,
    'while [ -z "$told" ] && [ "$(date +%s)" -le "$until" ] && grep -q eth /proc/net/dev; do',
    '  [ ! -f /dev/shm/ended ] || exit 0',
    '  sleep 0.2',
    'done',
    '[ ! -f /dev/shm/ended ] || exit 0',
    'grep -q eth /proc/net/dev || exit 0',
    `exec ${quotedSaying(server, server.readOnly.end)} >/dev/null`,
  ].join('\n')
