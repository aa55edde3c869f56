import type {Value} from '../databases/sql.js'
import type {TimeUnit} from '../hub/data.js'
import type {DataUnit, Limit} from './policy.js'

/** The tables of 3.2.0 have a limit in the same columns, of which those of advanced policies have a prefix. */
type Prefix = '' | 'DEFAULT_'

export const limitColumns = (limit: Limit, prefix: Prefix): Record<string, Value> => ({
  [`${prefix}QUOTA_TYPE`]: limit.type,
  [`${prefix}QUOTA`]: limit.amount,
  [`${prefix}QUOTA_UNIT`]: limit.unit,
  [`${prefix}UNIT_TIME`]: limit.unitTime,
  [`${prefix}TIME_UNIT`]: limit.timeUnit,
})

export const readLimit = (row: Readonly<Record<string, unknown>>, prefix: Prefix): Limit => ({
  type: row[`${prefix}QUOTA_TYPE`] as Limit['type'],
  amount: Number(row[`${prefix}QUOTA`]),
  unit: row[`${prefix}QUOTA_UNIT`] as DataUnit | null,
  unitTime: Number(row[`${prefix}UNIT_TIME`]),
  timeUnit: row[`${prefix}TIME_UNIT`] as TimeUnit,
})
