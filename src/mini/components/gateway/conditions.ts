import type {Condition, ConditionGroupData} from '../../hub/data.js'
import type {GatewayCall} from './call.js'
import {rangeOf} from './ip.js'

/**
 * Which kinds of condition traffic managers can tell, since gateways send them what these need: `apim.throttling.enable_..._throttling`.
 * Addresses are always sent.
 */
export interface Counts {
  readonly headers: boolean
  readonly parameters: boolean
  readonly claims: boolean
}

/** The groups that a call is in. */
export interface Judgement {
  /** Whose limits hold; none: the policy's own. */
  readonly held: readonly number[]
  /** Whose limits it counts for. */
  readonly counted: readonly number[]
}

/** `claims`: those of the JWT that backends get. */
export type Judge = (call: GatewayCall, claims: () => Readonly<Record<string, unknown>>) => Judgement

type Test = (call: GatewayCall, claims: () => Readonly<Record<string, unknown>>) => boolean

/** A pattern that is none is never found. */
function patternOf(source: string): RegExp | undefined {
  try {
    return new RegExp(source)
  } catch {
    return undefined
  }
}

function testOf({conditionType, name, value}: Condition): Test {
  if (conditionType === 'IPSpecific') return call => call.ip === value
  if (conditionType === 'IPRange') {
    const has = rangeOf(name, value)
    return call => has(call.ip)
  }
  const pattern = patternOf(conditionType === 'Header' ? value : `^(?:${value})$`)
  if (!pattern) return () => false
  const fits = (text: unknown) => typeof text === 'string' && pattern.test(text)
  if (conditionType === 'Header') {
    const header = name.toLowerCase()
    return call => fits(call.request.headers[header])
  }
  if (conditionType === 'QueryParameterType') return call => fits(new URLSearchParams(call.query).get(name))
  return (_, claims) => fits(claims()[name])
}

const SWITCHES: Readonly<Record<Condition['conditionType'], keyof Counts | undefined>> = {
  IPSpecific: undefined,
  IPRange: undefined,
  Header: 'headers',
  QueryParameterType: 'parameters',
  JWTClaims: 'claims',
}

interface Group {
  readonly id: number
  readonly conditions: readonly {readonly test: Test; readonly inverted: boolean; readonly told: boolean}[]
}

/**
 * Makes what judges calls by a policy's groups: ThrottleConditionEvaluator of carbon-apimgt v6.7.206. A group without conditions holds for
 * none. What the traffic manager is not told of is not there for it: such a condition is false, and an inverted one true.
 */
export function judgeOf(groups: readonly ConditionGroupData[], counts: Counts): Judge {
  const all = groups.map(({conditionGroupId: id, condition}): Group => {
    const conditions = condition.map(it => {
      const needs = SWITCHES[it.conditionType]
      return {test: testOf(it), inverted: it.isInverted, told: needs === undefined || counts[needs]}
    })
    return {id, conditions}
  })
  return (call, claims) => {
    const held: number[] = []
    const counted: number[] = []
    for (const {id, conditions} of all) {
      if (conditions.length === 0) continue
      let holds = true
      let counts = true
      for (const {test, inverted, told} of conditions) {
        const result = test(call, claims) !== inverted
        holds &&= result
        counts &&= told ? result : inverted
      }
      if (holds) held.push(id)
      if (counts) counted.push(id)
    }
    return {held, counted}
  }
}
