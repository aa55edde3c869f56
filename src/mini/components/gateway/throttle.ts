import {cacheOf, ttlUntil} from '../../cache.js'
import type {TimeUnit} from '../../hub/data.js'
import type {KeyTemplateEvent, ThrottleDecision} from '../../hub/events.js'
import {conditionKey} from '../../hub/condition-key.js'
import {fillKeyTemplate, type KeyTemplateValues} from '../../hub/key-template.js'
import {throttled, type CallFault} from './faults.js'

/** The keys that a call is looked up by, level by level. */
export interface ThrottleKeys {
  /** Whose limit it is: the API's, or its resource's; empty where neither has one. */
  readonly level: 'API_LIMIT_EXCEEDED' | 'RESOURCE_LIMIT_EXCEEDED'
  readonly resource: string
  /** Groups of conditions whose limits hold instead of the policy's own; undefined where the policy has no groups. */
  readonly groups: readonly number[] | undefined
  readonly subscription: string
  readonly application: string
  readonly burst: {readonly count: number; readonly timeUnit: TimeUnit} | undefined
  readonly stopOnQuotaReach: boolean
}

/** Decisions and windows that are remembered. */
const LIMIT = 50_000

const UNITS_MS: Partial<Record<TimeUnit, number>> = {min: 60_000}

/** What the traffic manager has decided, and the bursts that each node looks after itself. */
export class Throttle {
  /** Until when each key is throttled, milliseconds since 1970. */
  private readonly decisions = cacheOf<number>(LIMIT)
  private readonly templates = new Set<string>()
  private readonly bursts = cacheOf<{readonly until: number; count: number}>(LIMIT)

  decide({throttleKey, isThrottled, expiryTimeStamp}: ThrottleDecision): void {
    if (isThrottled) this.decisions.set(throttleKey, expiryTimeStamp, {ttl: ttlUntil(expiryTimeStamp)})
    else this.decisions.delete(throttleKey)
  }

  loadTemplates(templates: readonly string[]): void {
    this.templates.clear()
    for (const it of templates) this.templates.add(it)
  }

  template({keyTemplateValue, keyTemplateState}: KeyTemplateEvent): void {
    if (keyTemplateState === 'remove') this.templates.delete(keyTemplateValue)
    else this.templates.add(keyTemplateValue)
  }

  allTemplates(): readonly string[] {
    return [...this.templates]
  }

  /** Why a call is refused, in the order of the product's ThrottleHandler; undefined: it may pass. */
  refusal(keys: ThrottleKeys, values: () => KeyTemplateValues): CallFault | undefined {
    const {decisions} = this
    const none = decisions.size === 0
    if (!none) {
      const resource = keys.resource === '' ? undefined : this.decided(keys)
      if (resource !== undefined) return throttled(keys.level, resource)
      const subscription = keys.stopOnQuotaReach ? decisions.get(keys.subscription) : undefined
      if (subscription !== undefined) return throttled('SUBSCRIPTION_LIMIT_EXCEEDED', subscription)
    }
    const burst = keys.burst && this.burst(keys.subscription, keys.burst)
    if (burst !== undefined && keys.stopOnQuotaReach) return throttled('SUBSCRIPTION_BURST_LIMIT_EXCEED', burst)
    if (none) return undefined
    const application = decisions.get(keys.application)
    if (application !== undefined) return throttled('APPLICATION_LIMIT_EXCEEDED', application)
    for (const template of this.templates) {
      const custom = decisions.get(fillKeyTemplate(template, values()))
      if (custom !== undefined) return throttled('CUSTOM_POLICY_LIMIT_EXCEED', custom)
    }
    return undefined
  }

  /** Forgets what is over. */
  sweep(): void {
    this.decisions.purgeStale()
    this.bursts.purgeStale()
  }

  private decided({resource, groups}: ThrottleKeys): number | undefined {
    if (!groups) return this.decisions.get(resource)
    const keys = groups.length === 0 ? [conditionKey(resource)] : groups.map(it => conditionKey(resource, it))
    return keys.map(it => this.decisions.get(it)).find(it => it !== undefined)
  }

  /** Counts one call; says until when there may be no other, if it is one too many. */
  private burst(key: string, {count, timeUnit}: NonNullable<ThrottleKeys['burst']>): number | undefined {
    if (count <= 0) return undefined
    const known = this.bursts.get(key)
    if (!known) {
      const ttl = UNITS_MS[timeUnit] ?? 1_000
      this.bursts.set(key, {until: Date.now() + ttl, count: 1}, {ttl})
      return undefined
    }
    known.count++
    return known.count > count ? known.until : undefined
  }
}
