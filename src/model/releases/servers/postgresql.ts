import type {DatabaseServerSpec} from '../../database-server.js'
import {POSTGRESQL_DRIVER} from './drivers.js'

const FOLDER = '/etc/apim-lab'
const DATA = '/var/lib/postgresql/data'

const clientOf = (login: 'probe' | 'admin') => ['env', `PGSERVICEFILE=${FOLDER}/${login}.conf`, 'psql', 'service=lab']

/**
 * PostgreSQL: the official image, or one built from the distribution's packages. The lab's own start script stands in place of the
 * entrypoint of either. What the product calls it, its URL and driver: infer.json of carbon-kernel v4.6.0; its scripts: docs-apim, changing
 * to PostgreSQL. Those of 3.2.0 (carbon-kernel v4.6.0, carbon-apimgt v6.7.206) make 41 and 159 tables on PostgreSQL 17, without an error.
 */
export const POSTGRESQL: DatabaseServerSpec = {
  name: 'postgresql',
  title: 'PostgreSQL',
  type: 'postgre',
  port: 5432,
  protocol: 'postgresql',
  jdbc: {schemes: ['postgresql'], driver: 'org.postgresql.Driver', parameters: []},
  driver: POSTGRESQL_DRIVER,
  script: 'postgresql.sql',
  container: {
    entrypoint: ['bash', `${FOLDER}/start.sh`],
    command: [],
    environment: {},
    folder: FOLDER,
    alsoAt: {},
    data: DATA,
    scripts: '/docker-entrypoint-initdb.d',
    memoryMb: 768,
    // As root, the start script hands the data directory to the server's user and becomes that user; the first process, still root, hands
    // signals on to it: without KILL a stop would be a crash.
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'],
  },
  client: clientOf('admin'),
  // Of sessions that begin from now on, and of the next transaction of all others.
  readOnly: {
    option: '-c',
    begin: ['ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()'],
    end: ['ALTER SYSTEM RESET default_transaction_read_only', 'SELECT pg_reload_conf()'],
  },
  clientOn: database => [
    'env',
    `PGSERVICEFILE=${FOLDER}/admin.conf`,
    ...['psql', '--quiet', '--set=ON_ERROR_STOP=1', `service=lab dbname=${database}`],
  ],
  markerCommand: `${clientOf('probe').join(' ')} -XAtc 'SELECT 1 FROM marker'`,
  // log_line_prefix as it is shipped, `%m [%p] `: `2026-11-29 20:00:00.123 UTC [42] ERROR:  text`.
  logFormat: {
    entry: /^(?:\d{4}-\d\d-\d\d \S+ \S+ )?\[\d+\](?: \S+)? (?<level>[A-Z]+): +(?<text>.*)$/,
    levels: {warning: 'warn', error: 'error', fatal: 'error', panic: 'error'},
  },
  dump: {
    structure: database => [
      ...['env', `PGSERVICEFILE=${FOLDER}/admin.conf`, 'pg_dump', '--schema-only', '--no-owner', '--no-privileges'],
      `service=lab dbname=${database}`,
    ],
    columns: () =>
      "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
    rowsOn: database => [
      ...['env', `PGSERVICEFILE=${FOLDER}/admin.conf`, 'psql', '--quiet', '--no-align', '--tuples-only'],
      ...['--field-separator=\t', `service=lab dbname=${database}`],
    ],
    quoted: name => `"${name.replaceAll('"', '""')}"`,
  },
  schemaLog: 'the schema is complete',
  files: [
    {path: 'start.sh', templates: ['start.sh']},
    {path: 'init.sql', templates: ['init.sql']},
    {path: 'lab.conf', templates: ['lab.conf']},
    {path: 'pg_hba.conf', templates: ['pg_hba.conf']},
    {path: 'probe.conf', templates: ['probe.conf'], login: 'probe'},
    {path: 'admin.conf', templates: ['admin.conf'], login: 'admin'},
    {path: 'root-password', templates: ['root-password']},
  ],
  settings: {image: 'postgresqlImage', driver: 'postgresqlDriver', config: {key: 'postgresqlConfig', path: 'own.conf'}},
  view: ({postgresqlConfig}) => ({has_own: postgresqlConfig !== undefined}),
}
