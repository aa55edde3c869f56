import type {DatabaseServerSpec} from '../../database-server.js'
import type {LabSettings} from '../../settings.js'
import {MYSQL_DRIVER} from './drivers.js'

const FOLDER = '/etc/apim-lab'
const CONFIG = '/etc/mysql/conf.d/apim-lab.cnf'

const SQL = "'SELECT 1 FROM apim_lab.marker'"

/** MySQL: the official image, or one with the same contract built from the distribution's packages. */
export const MYSQL: DatabaseServerSpec = {
  name: 'mysql',
  title: 'MySQL',
  type: 'mysql',
  port: 3306,
  protocol: 'mysql',
  jdbc: {
    schemes: ['mysql', 'mariadb'],
    driver: 'com.mysql.cj.jdbc.Driver',
    // Accepted by MySQL 5.7 to 9: no TLS inside the lab, so the public key of caching_sha2_password must be fetched.
    parameters: [
      'useSSL=false',
      'autoReconnect=true',
      'requireSSL=false',
      'verifyServerCertificate=false',
      'allowPublicKeyRetrieval=true',
    ],
  },
  driver: MYSQL_DRIVER,
  script: 'mysql.sql',
  container: {
    entrypoint: ['bash', `${FOLDER}/start.sh`],
    command: ['mysqld', `--init-file=${FOLDER}/init.sql`],
    environment: {MYSQL_ROOT_PASSWORD_FILE: `${FOLDER}/root-password`},
    folder: FOLDER,
    alsoAt: {'lab.cnf': CONFIG},
    data: '/var/lib/mysql',
    scripts: '/docker-entrypoint-initdb.d',
    memoryMb: 768,
    // Its entrypoint, run as root, hands the data directory to the server's user and becomes that user; the first process, still root,
    // hands signals on to it: without KILL a stop would be a crash.
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'],
  },
  client: ['mysql', `--defaults-extra-file=${FOLDER}/admin.cnf`],
  // An account with all rights, such as this one, may go on to write: components' have none of that kind.
  readOnly: {option: '-e', begin: ['SET GLOBAL read_only = ON'], end: ['SET GLOBAL read_only = OFF']},
  clientOn: database => ['mysql', `--defaults-extra-file=${FOLDER}/admin.cnf`, database],
  markerCommand: `mysql --defaults-extra-file=${FOLDER}/probe.cnf --connect-timeout=2 -N -B -e ${SQL}`,
  // docker-library/mysql, template of docker-entrypoint.sh: the same words for 5.7 to 9. Ours prints them too.
  // MySQL 8 writes `2026-11-29T20:00:00.000000Z 0 [Warning] [MY-010068] [Server] text`, MariaDB a blank for the T, and an hour of one digit.
  logFormat: {
    entry: /^\d{4}-\d\d-\d\d[T ] ?\d?\d:\d\d:\d\d\S* +\d+ \[(?<level>\w+)\] (?<text>.*)$/,
    levels: {warning: 'warn', error: 'error'},
  },
  dump: {
    // Tables alone: other things need privileges, and labs have none of them. Both programs are in images that have one of them.
    structure: database => [
      ...['sh', '-c', 'command -v mysqldump >/dev/null && exec mysqldump "$@"; exec mariadb-dump "$@"', 'dump'],
      `--defaults-extra-file=${FOLDER}/admin.cnf`,
      ...['--no-data', '--no-tablespaces', '--skip-comments', '--skip-lock-tables', '--single-transaction', database],
    ],
    columns: database =>
      `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = '${database}' ORDER BY table_name, ordinal_position`,
    rowsOn: database => [
      'mysql',
      `--defaults-extra-file=${FOLDER}/admin.cnf`,
      '--batch',
      '--skip-column-names',
      database,
    ],
    quoted: name => `\`${name.replaceAll('`', '``')}\``,
  },
  schemaLog: 'Stopping temporary server',
  files: [
    {path: 'init.sql', templates: ['init.sql']},
    {path: 'kept.sql', templates: ['init.sql', 'root.sql']},
    {path: 'start.sh', templates: ['start.sh']},
    {path: 'lab.cnf', templates: ['lab.cnf']},
    {path: 'probe.cnf', templates: ['client.cnf'], login: 'probe'},
    {path: 'admin.cnf', templates: ['client.cnf'], login: 'admin'},
    {path: 'root-password', templates: ['root-password']},
  ],
  seed: {'lab.cnf': CONFIG},
  settings: {image: 'mysqlImage', driver: 'mysqlDriver', config: {key: 'mysqlConfig', path: 'own.cnf'}},
  view: ({mysqlCharset, mysqlCollation, mysqlSqlMode, mysqlConfig}: LabSettings) => ({
    charset: mysqlCharset,
    collation: mysqlCollation,
    // An empty mode is one too.
    has_sql_mode: mysqlSqlMode !== undefined,
    sql_mode: mysqlSqlMode ?? '',
    has_own: mysqlConfig !== undefined,
  }),
}
