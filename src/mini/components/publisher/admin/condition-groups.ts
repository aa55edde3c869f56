import {isIP} from 'node:net'
import {z} from 'zod'
import type {Condition} from '../../../hub/data.js'
import {Fault} from '../../../http/fault.js'
import {storable} from '../../../http/storable.js'
import type {ConditionGroup} from '../../../policies/policy.js'
import {fromLimit, limitBody, toLimit} from './limit.js'

const address = storable(45).nullish()

/** ThrottleConditionDTO of admin-api.yaml v1, carbon-apimgt v6.7.206. */
const condition = z.object({
  type: z.enum(['HEADERCONDITION', 'IPCONDITION', 'JWTCLAIMSCONDITION', 'QUERYPARAMETERCONDITION']),
  invertCondition: z.boolean().nullish(),
  headerCondition: z.object({headerName: storable(255, 1), headerValue: storable(255)}).nullish(),
  ipCondition: z
    .object({
      ipConditionType: z.enum(['IPRANGE', 'IPSPECIFIC']).nullish(),
      specificIP: address,
      startingIP: address,
      endingIP: address,
    })
    .nullish(),
  jwtClaimsCondition: z.object({claimUrl: storable(512, 1), attribute: storable(1024)}).nullish(),
  queryParameterCondition: z.object({parameterName: storable(255, 1), parameterValue: storable(255)}).nullish(),
})
type Given = z.output<typeof condition>

/** ConditionalGroupDTO. */
export const conditionGroupsBody = z
  .array(
    z.object({
      description: storable(1024).nullish(),
      conditions: z.array(condition).max(50),
      limit: limitBody,
    }),
  )
  .max(50)

const wrong = (at: string, why: string) => new Fault(400, `${at}: ${why}`, {code: 900960})

function pattern(value: string, at: string): string {
  try {
    new RegExp(value)
  } catch {
    throw wrong(at, 'is no regular expression')
  }
  return value
}

function addressAt(value: string | null | undefined, at: string): string {
  if (isIP(value ?? '') === 0) throw wrong(at, 'is no IP address')
  return value ?? ''
}

const READERS: Readonly<
  Record<Given['type'], (given: Given, at: string) => Omit<Condition, 'isInverted'> | undefined>
> = {
  HEADERCONDITION: ({headerCondition: it}, at) =>
    it
      ? {
          conditionType: 'Header',
          name: it.headerName,
          value: pattern(it.headerValue, `${at}.headerCondition.headerValue`),
        }
      : undefined,
  QUERYPARAMETERCONDITION: ({queryParameterCondition: it}, at) =>
    it
      ? {
          conditionType: 'QueryParameterType',
          name: it.parameterName,
          value: pattern(it.parameterValue, `${at}.queryParameterCondition.parameterValue`),
        }
      : undefined,
  JWTCLAIMSCONDITION: ({jwtClaimsCondition: it}, at) =>
    it
      ? {
          conditionType: 'JWTClaims',
          name: it.claimUrl,
          value: pattern(it.attribute, `${at}.jwtClaimsCondition.attribute`),
        }
      : undefined,
  IPCONDITION: ({ipCondition: it}, at) => {
    if (!it) return undefined
    const own = `${at}.ipCondition`
    if (it.ipConditionType !== 'IPRANGE') {
      return {conditionType: 'IPSpecific', name: '', value: addressAt(it.specificIP, `${own}.specificIP`)}
    }
    const [name, value] = [addressAt(it.startingIP, `${own}.startingIP`), addressAt(it.endingIP, `${own}.endingIP`)]
    if (isIP(name) !== isIP(value)) throw wrong(own, 'has addresses of two families')
    return {conditionType: 'IPRange', name, value}
  },
}

const NAMES: Readonly<Record<Given['type'], string>> = {
  HEADERCONDITION: 'headerCondition',
  IPCONDITION: 'ipCondition',
  JWTCLAIMSCONDITION: 'jwtClaimsCondition',
  QUERYPARAMETERCONDITION: 'queryParameterCondition',
}

function toCondition(given: Given, at: string): Condition {
  const read = READERS[given.type](given, at)
  if (!read) throw wrong(`${at}.${NAMES[given.type]}`, `is missing for the type ${given.type}`)
  return {...read, isInverted: given.invertCondition === true}
}

/** Reads the groups of an advanced policy. Throws Faults 400. */
export const toGroups = (
  given: z.output<typeof conditionGroupsBody> | null | undefined,
): readonly Omit<ConditionGroup, 'id'>[] =>
  (given ?? []).map(({description, conditions, limit}, i) => {
    const at = `conditionalGroups[${i}]`
    if (conditions.length === 0) throw wrong(`${at}.conditions`, 'has none')
    return {
      description: description ?? '',
      limit: toLimit(limit, `${at}.limit`),
      conditions: conditions.map((it, n) => toCondition(it, `${at}.conditions[${n}]`)),
    }
  })

const NONE = {headerCondition: null, ipCondition: null, jwtClaimsCondition: null, queryParameterCondition: null}

function fromCondition({conditionType, name, value, isInverted: invertCondition}: Condition) {
  const common = {invertCondition, ...NONE}
  if (conditionType === 'Header') {
    return {type: 'HEADERCONDITION', ...common, headerCondition: {headerName: name, headerValue: value}}
  }
  if (conditionType === 'QueryParameterType') {
    const queryParameterCondition = {parameterName: name, parameterValue: value}
    return {type: 'QUERYPARAMETERCONDITION', ...common, queryParameterCondition}
  }
  if (conditionType === 'JWTClaims') {
    return {type: 'JWTCLAIMSCONDITION', ...common, jwtClaimsCondition: {claimUrl: name, attribute: value}}
  }
  const ipCondition =
    conditionType === 'IPSpecific'
      ? {ipConditionType: 'IPSPECIFIC', specificIP: value, startingIP: null, endingIP: null}
      : {ipConditionType: 'IPRANGE', specificIP: '', startingIP: name, endingIP: value}
  return {type: 'IPCONDITION', ...common, ipCondition}
}

export const fromGroup = ({description, limit, conditions}: ConditionGroup) => ({
  description,
  conditions: conditions.map(fromCondition),
  limit: fromLimit(limit),
})
