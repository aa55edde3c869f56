import {z} from 'zod'
import {TIME_UNIT} from '../../../hub/data.js'
import {Fault} from '../../../http/fault.js'
import {DATA_UNITS, UNLIMITED, type Limit} from '../../../policies/policy.js'

const window = {timeUnit: TIME_UNIT, unitTime: z.int().min(1).max(UNLIMITED)}
const amount = z.int().min(0).max(UNLIMITED)

/** ThrottleLimitDTO of admin-api.yaml v1, carbon-apimgt v6.7.206. */
export const limitBody = z.object({
  type: z.enum(['REQUESTCOUNTLIMIT', 'BANDWIDTHLIMIT']),
  requestCount: z.object({...window, requestCount: amount}).nullish(),
  bandwidth: z.object({...window, dataAmount: amount, dataUnit: z.enum(DATA_UNITS)}).nullish(),
})

/** Reads a limit. Throws a Fault 400 where the object that its type needs is missing. */
export function toLimit({type, requestCount, bandwidth}: z.output<typeof limitBody>, at = 'defaultLimit'): Limit {
  if (type === 'REQUESTCOUNTLIMIT' && requestCount) {
    const {requestCount: count, timeUnit, unitTime} = requestCount
    return {type: 'requestCount', amount: count, unit: null, unitTime, timeUnit}
  }
  if (type === 'BANDWIDTHLIMIT' && bandwidth) {
    const {dataAmount, dataUnit, timeUnit, unitTime} = bandwidth
    return {type: 'bandwidthVolume', amount: dataAmount, unit: dataUnit, unitTime, timeUnit}
  }
  const name = type === 'REQUESTCOUNTLIMIT' ? 'requestCount' : 'bandwidth'
  throw new Fault(400, `${at}.${name}: is missing for the type ${type}`, {code: 900960})
}

export const fromLimit = ({type, amount: count, unit, unitTime, timeUnit}: Limit) =>
  type === 'requestCount'
    ? {type: 'REQUESTCOUNTLIMIT', requestCount: {timeUnit, unitTime, requestCount: count}, bandwidth: null}
    : {type: 'BANDWIDTHLIMIT', requestCount: null, bandwidth: {timeUnit, unitTime, dataAmount: count, dataUnit: unit}}
