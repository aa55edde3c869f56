import type {DatabaseServerSpec} from '../database-server.js'

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

/**
 * A shell script that makes a database server take no changes, and ends that at its deadline or when told to. It says what a fault's helper
 * says; statements and the client that says them are the server's data, the password is in a file of the server's.
 */
export function statementScript(
  {client, readOnly}: Pick<DatabaseServerSpec, 'client' | 'readOnly'>,
  seconds: number,
): string {
  const {option, begin, end} = readOnly
  const saying = (statements: readonly string[]) =>
    [...client, ...statements.flatMap(statement => [option, statement])].map(quoted).join(' ')
  return [
    // Outlives this process, not its container: one that the engine starts again goes on until the same time.
    `[ -f /tmp/until ] || echo $(($(date +%s) + ${Math.ceil(seconds)})) >/tmp/until`,
    'until=$(cat /tmp/until)',
    'told=',
    'trap "told=1" TERM INT',
    `why=$(${saying(begin)} 2>&1 >/dev/null) || { echo "$why" >&2; exit 1; }`,
    `echo '{"kind":"made"}'`,
    'while [ -z "$told" ] && [ "$(date +%s)" -lt "$until" ] && grep -q eth /proc/net/dev; do sleep 0.2; done',
    // A server that is started again forgets it.
    'grep -q eth /proc/net/dev || exit 0',
    `exec ${saying(end)} >/dev/null`,
  ].join('\n')
}
