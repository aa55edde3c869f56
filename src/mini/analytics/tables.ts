import {AGGREGATIONS, DURATIONS, tableOf, type Duration} from './aggregations.js'

interface AlertTable {
  readonly name: string
  readonly columns: Readonly<Record<string, 'string' | 'long'>>
}

/** Tables of APIM_PERSIST_ALERTS.siddhi, analytics-apim v3.2.0, for the kinds of alert that mini raises. */
export const ALERTS_APP = 'APIM_PERSIST_ALERTS'
const MESSAGE = {message: 'string', severity: 'long', alertTimestamp: 'long'} as const
export const ALERT_TABLES: readonly AlertTable[] = [
  {name: 'ApimAllAlert', columns: {type: 'string', tenantDomain: 'string', ...MESSAGE, apiName: 'string'}},
  {
    name: 'ApimTierLimitHittingAlert',
    columns: {
      subscriber: 'string',
      apiCreator: 'string',
      apiName: 'string',
      applicationId: 'string',
      applicationName: 'string',
      apiCreatorTenantDomain: 'string',
      userTenantDomain: 'string',
      ...MESSAGE,
    },
  },
  {
    name: 'ApimApiHealthMonitorAlert',
    columns: {
      apiName: 'string',
      apiVersion: 'string',
      apiCreator: 'string',
      apiCreatorTenantDomain: 'string',
      ...MESSAGE,
    },
  },
]

/** Characters of a text column; longer texts are cut. */
export const TEXT = 255

const sqlType = (name: string, type: 'string' | 'long') =>
  type === 'long' ? 'BIGINT' : `VARCHAR(${name === 'message' ? 3000 : TEXT})`

// The databases are in latin1; events come in whatever their callers wrote.
const CHARSET = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

const aggregationSql = AGGREGATIONS.flatMap(it =>
  (Object.keys(DURATIONS) as Duration[]).map(
    duration =>
      `CREATE TABLE IF NOT EXISTS ${tableOf(it, duration)} (AGG_TIMESTAMP BIGINT NOT NULL, AGG_KEY CHAR(64) CHARACTER SET ascii NOT NULL, ` +
      `${it.keys.map(key => `${key} VARCHAR(${TEXT}) NOT NULL`).join(', ')}, ` +
      `${Object.keys(it.counters)
        .map(counter => `${counter} BIGINT NOT NULL`)
        .join(', ')}, ` +
      `PRIMARY KEY (AGG_TIMESTAMP, AGG_KEY)) ENGINE=INNODB ${CHARSET}`,
  ),
)

const alertSql = ALERT_TABLES.map(
  ({name, columns}) =>
    `CREATE TABLE IF NOT EXISTS ${name} (${Object.entries(columns)
      .map(([column, type]) => `${column} ${sqlType(column, type)} NOT NULL`)
      .join(', ')}, INDEX (alertTimestamp)) ENGINE=INNODB ${CHARSET}`,
)

/** What is written at run time into the statistics database: counters, alerts, how far each sender's events are in, and rules. */
export const STATISTICS_TABLES: readonly string[] = [
  ...aggregationSql,
  ...alertSql,
  'CREATE TABLE IF NOT EXISTS MINI_EVENT_SENDERS (SENDER CHAR(64) NOT NULL PRIMARY KEY, LAST_ID BIGINT NOT NULL, SEEN BIGINT NOT NULL, ' +
    'INDEX (SEEN)) ENGINE=INNODB CHARACTER SET ascii',
  'CREATE TABLE IF NOT EXISTS MINI_BUSINESS_RULES (KIND VARCHAR(60) NOT NULL PRIMARY KEY, THRESHOLD INT NOT NULL) ENGINE=INNODB CHARACTER SET ascii',
]
