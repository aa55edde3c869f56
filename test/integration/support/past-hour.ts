import {join} from 'node:path'
import {execa} from 'execa'
import {ROOT} from '../../support/lab.js'
import type {TestLab} from './test-lab.js'

/** Calls, throttled ones, errors and average milliseconds of the minute `i`: like a day's traffic, and the same each time. */
const minute = (i: number) => {
  const calls = Math.round(140 + 60 * Math.sin(i / 9) + 25 * Math.sin(i * 1.7))
  return {
    calls,
    throttled: i % 13 > 9 ? Math.round(calls / 14) : 0,
    errors: i % 7 === 3 ? 1 + (i % 4) : 0,
    latency: Math.round(24 + 6 * Math.cos(i / 5) + (i % 17 === 4 ? 20 : 0)),
  }
}

/** Gives the dashboard an hour to look back on: made up, for pictures. There has to be a call already: its names are taken. */
export const pastHour = async (lab: TestLab): Promise<void> => {
  const now = Date.now()
  const copies = (table: string, set: (it: ReturnType<typeof minute>) => string) => [
    `CREATE TEMPORARY TABLE one AS SELECT * FROM ${table} LIMIT 1`,
    ...Array.from({length: 58}, (_, i) => {
      const at = now - (now % 60_000) - (i + 2) * 60_000
      return `UPDATE one SET AGG_TIMESTAMP = ${at}, AGG_KEY = 'past', ${set(minute(58 - i))}; INSERT INTO ${table} SELECT * FROM one`
    }),
    'DROP TEMPORARY TABLE one',
  ]
  const sql = [
    'USE statisticsdb',
    ...copies(
      'ApiErrorAnalysisAgg_MINUTES',
      it =>
        `_2xx = ${it.calls - it.errors}, _4xx = ${it.errors}, _5xx = 0, responseCount = ${it.calls}, faultCount = 0, throttledCount = ${it.throttled}`,
    ),
    ...copies(
      'ApiExeTime_MINUTES',
      it => `AGG_SUM_responseTime = ${it.calls * it.latency}, AGG_SUM_backendTime = 0, AGG_COUNT = ${it.calls}`,
    ),
  ].join(';\n')
  const client = ['mysql', '--defaults-extra-file=/etc/apim-lab/admin.cnf', '-e', sql]
  await execa('node', [join(ROOT, 'bin/run.js'), 'exec', '--lab', lab.name, 'mysql', '--', ...client], {
    env: lab.environment,
  })
}
