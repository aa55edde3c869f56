import {createHash} from 'node:crypto'
import {
  AGGREGATIONS,
  DURATIONS,
  tableOf,
  type Aggregation,
  type Duration,
  type Sample,
} from '../../analytics/aggregations.js'
import {change, marks, type Queryable, type Value} from '../../databases/sql.js'

interface Bucket {
  readonly at: number
  readonly hash: string
  readonly keys: readonly string[]
  readonly counters: number[]
}

/** Rows of one statement. */
const CHUNK = 200

function bucketsOf(aggregation: Aggregation, length: number, samples: readonly Sample[]): readonly Bucket[] {
  const counters = Object.values(aggregation.counters)
  const buckets = new Map<string, Bucket>()
  for (const sample of samples) {
    if (!aggregation.of.includes(sample.kind)) continue
    const at = sample.at - (sample.at % length)
    const keys = aggregation.keys.map(key => String(sample.values[key] ?? ''))
    const hash = createHash('sha256').update(JSON.stringify(keys)).digest('hex')
    const name = `${at} ${hash}`
    const bucket = buckets.get(name) ?? {at, hash, keys, counters: counters.map(() => 0)}
    buckets.set(name, bucket)
    for (const [i, counter] of counters.entries()) bucket.counters[i] = (bucket.counters[i] ?? 0) + counter(sample)
  }
  // In the order of the primary key: two batches at once must not wait for each other crosswise.
  return [...buckets.values()].sort((a, b) => a.at - b.at || (a.hash < b.hash ? -1 : 1))
}

async function add(on: Queryable, table: string, {keys, counters}: Aggregation, buckets: readonly Bucket[]) {
  const names = Object.keys(counters)
  const columns = ['AGG_TIMESTAMP', 'AGG_KEY', ...keys, ...names]
  const row = `(${marks(columns)})`
  const sums = names.map(it => `${it} = ${it} + VALUES(${it})`).join(', ')
  for (let i = 0; i < buckets.length; i += CHUNK) {
    const chunk = buckets.slice(i, i + CHUNK)
    const values = chunk.flatMap((it): Value[] => [it.at, it.hash, ...it.keys, ...it.counters])
    const rows = chunk.map(() => row).join(', ')
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rows} ON DUPLICATE KEY UPDATE ${sums}`
    await change(on, sql, values)
  }
}

/** Adds samples to all counters. Within a transaction. */
export async function count(on: Queryable, samples: readonly Sample[]): Promise<void> {
  for (const aggregation of AGGREGATIONS) {
    for (const duration of Object.keys(DURATIONS) as Duration[]) {
      const buckets = bucketsOf(aggregation, DURATIONS[duration].length, samples)
      if (buckets.length > 0) await add(on, tableOf(aggregation, duration), aggregation, buckets)
    }
  }
}

/** Removes what is older than its table keeps. */
export async function purge(on: Queryable, now = Date.now()): Promise<void> {
  for (const aggregation of AGGREGATIONS) {
    for (const duration of Object.keys(DURATIONS) as Duration[]) {
      const sql = `DELETE FROM ${tableOf(aggregation, duration)} WHERE AGG_TIMESTAMP < ?`
      await change(on, sql, [now - DURATIONS[duration].kept])
    }
  }
  await change(on, 'DELETE FROM MINI_EVENT_SENDERS WHERE SEEN < ?', [now - DURATIONS.MINUTES.kept])
}
