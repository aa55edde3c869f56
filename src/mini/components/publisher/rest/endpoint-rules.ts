import {badRequest, missingOperation} from '../../../http/fault.js'
import type {EndpointRules} from '../../../hub/deployment.js'

/** Synapse's default action on a timeout is a fault; without a time of its own an endpoint has the gateway's. */
const ACTIONS = ['', 'fault', 'never']

const isBlank = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

function numberAt(config: Readonly<Record<string, unknown>>, key: string, at: string): number | undefined {
  const value = config[key]
  if (isBlank(value)) return undefined
  const number = Number(value)
  if (!Number.isFinite(number) || number < 0) throw badRequest(`${at}.config.${key}: is no number of 0 and more`)
  return number
}

/** `["101504", "101505"]` or `"101504,101505"`; -1 is no error at all: the endpoint is never left alone. */
function codesAt(config: Readonly<Record<string, unknown>>, key: string, at: string): readonly number[] | undefined {
  const value = config[key]
  if (isBlank(value)) return undefined
  const list = (Array.isArray(value) ? value : String(value).split(',')).map(Number)
  if (list.some(it => !Number.isInteger(it))) throw badRequest(`${at}.config.${key}: has what is no error code`)
  return list
}

/**
 * What the `config` of an endpoint says: timeouts and suspension, by the names of 3.2.0's publisher (EndpointTemplate of carbon-apimgt
 * v6.7.206); undefined: nothing. Throws a Fault 400 or 501.
 */
export function rulesOf(value: unknown, at: string): EndpointRules | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const config = value as Readonly<Record<string, unknown>>
  const action = isBlank(config.actionSelect) ? '' : String(config.actionSelect).toLowerCase()
  if (!ACTIONS.includes(action)) throw missingOperation(`mini has no action ${action} on a timeout of an endpoint`)
  const duration = numberAt(config, 'actionDuration', at)
  const timeout = action === 'never' || duration === 0 ? undefined : duration
  const [codes, initial, most] = [
    codesAt(config, 'suspendErrorCode', at),
    numberAt(config, 'suspendDuration', at),
    numberAt(config, 'suspendMaxDuration', at),
  ]
  const suspension =
    codes === undefined && initial === undefined && most === undefined
      ? undefined
      : {
          codes: codes ?? [],
          initial: initial ?? 30_000,
          factor: numberAt(config, 'factor', at) ?? 1,
          most: most ?? initial ?? 30_000,
        }
  const retried = codesAt(config, 'retryErroCode', at)
  const times = numberAt(config, 'retryTimeOut', at)
  const retry =
    retried === undefined
      ? undefined
      : {codes: retried, times: Math.floor(times ?? 1), delay: numberAt(config, 'retryDelay', at) ?? 0}
  if (timeout === undefined && !suspension && !retry) return undefined
  return {...(timeout !== undefined && {timeout}), ...(suspension && {suspension}), ...(retry && {retry})}
}
