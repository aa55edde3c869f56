import type {EndpointGroup, EndpointRules} from '../../hub/deployment.js'
import {targetOf, type Target} from './target.js'

/**
 * How an endpoint that failed is left alone where nobody has said it: for 30 s, whatever the error was (apim.docs.wso2.com 3.2.0, "Prevent
 * API Suspension").
 */
const SUSPEND_MS = 30_000

interface Member {
  readonly target: Target
  readonly rules: EndpointRules
  /** Until when it is left alone, milliseconds since 1970. */
  until: number
  /** How long it was left alone last. */
  last: number
  /** Failures that it may still have before it is left alone. */
  retries: number
}

/** The endpoints of one kind of key: which one a call goes to, and which ones are left alone since they failed. */
export interface Endpoints {
  /** The next one that is ready and was not tried for this call, or undefined. */
  pick(now: number, tried?: readonly Endpoint[]): Endpoint | undefined
  failed(endpoint: Endpoint, code: number, now: number): void
  answered(endpoint: Endpoint): void
  /** Whether a call that failed goes on to another one. */
  readonly failsOver: boolean
  /** Whether it is a single one. */
  readonly single: boolean
}

export interface Endpoint {
  readonly target: Target
  /** Milliseconds that it has for the head of its answer, where that is said. */
  readonly timeout: number | undefined
}

/** One endpoint without rules is never left alone: mini calls it again at once. */
function always(target: Target): Endpoints {
  const one: Endpoint = {target, timeout: undefined}
  return {
    pick: (_, tried) => (tried?.length ? undefined : one),
    failed: () => undefined,
    answered: () => undefined,
    failsOver: false,
    single: true,
  }
}

function suspend(member: Member, code: number, now: number): void {
  const {suspension, retry} = member.rules
  if (retry?.codes.includes(code) && member.retries > 0) {
    member.retries--
    member.until = now + retry.delay
    return
  }
  if (suspension && suspension.codes.length > 0 && !suspension.codes.includes(code)) return
  const {initial = SUSPEND_MS, factor = 1, most = SUSPEND_MS} = suspension ?? {}
  member.last = member.last === 0 ? initial : Math.min(member.last * factor, Math.max(most, initial))
  member.until = now + member.last
}

function groupOf({kind, failsOver, members: given}: EndpointGroup): Endpoints | undefined {
  const members = given.flatMap(({url, rules = {}}) => {
    const target = targetOf(url)
    const member = target && {target, rules, until: 0, last: 0, retries: rules.retry?.times ?? 0}
    return member ? [{member, endpoint: {target, timeout: rules.timeout}}] : []
  })
  if (members.length === 0) return undefined
  const byEndpoint = new Map<Endpoint, Member>(members.map(({endpoint, member}) => [endpoint, member]))
  let turn = 0
  return {
    pick: (now, tried = []) => {
      for (let i = 0; i < members.length; i++) {
        const at = kind === 'load_balance' ? (turn + i) % members.length : i
        const {member, endpoint} = members[at]!
        if (member.until > now || tried.includes(endpoint)) continue
        if (kind === 'load_balance') turn = (at + 1) % members.length
        return endpoint
      }
      return undefined
    },
    failed: (endpoint, code, now) => {
      const member = byEndpoint.get(endpoint)
      if (member) suspend(member, code, now)
    },
    answered: endpoint => {
      const member = byEndpoint.get(endpoint)
      if (!member || (member.last === 0 && member.until === 0)) return
      Object.assign(member, {until: 0, last: 0, retries: member.rules.retry?.times ?? 0})
    },
    failsOver,
    single: members.length === 1,
  }
}

/** The endpoints that an artifact names for one kind of key; undefined: none. */
export function endpointsOf(url: string | undefined, group: EndpointGroup | undefined): Endpoints | undefined {
  if (group) return groupOf(group)
  const target = targetOf(url)
  return target && always(target)
}
