import type {
  ApiData,
  ApplicationData,
  KeyManagerData,
  KeyMappingData,
  PolicyData,
  SubscriptionData,
} from '../../hub/data.js'
import {judgeOf, type Counts, type Judge} from './conditions.js'
import {EMPTY, type ListName, type Lists} from './lists.js'

const policyKey = (tenant: string, name: string) => `${tenant}/${name}`

/** What the traffic manager told last of APIs, applications and subscriptions, ready for look-ups. */
export class HubData {
  private lists: Lists = EMPTY
  /** Goes up with every change: what was worked out of older data is to be worked out anew. */
  generation = 0
  private readonly apisById = new Map<string, ApiData>()
  private keys: ReadonlyMap<string, KeyMappingData> = new Map()
  private applications: ReadonlyMap<number, ApplicationData> = new Map()
  private subscriptions: ReadonlyMap<number, ReadonlyMap<number, SubscriptionData>> = new Map()
  private subscriptionPolicies: ReadonlyMap<string, PolicyData> = new Map()
  private readonly perUser = new Set<string>()
  private readonly conditions = new Map<string, Judge>()

  constructor(private readonly counts: Counts) {}

  set(changed: Partial<Lists>): void {
    this.lists = {...this.lists, ...changed}
    this.generation++
    for (const name of Object.keys(changed) as ListName[]) this.index(name)
  }

  get apis(): ReadonlyMap<string, ApiData> {
    return this.apisById
  }

  /** An API was deployed here: what was known of it is older, until it is told again. */
  outdated(uuid: string): void {
    this.apisById.delete(uuid)
  }

  all(): Lists {
    return this.lists
  }

  get keyManagers(): readonly KeyManagerData[] {
    return this.lists.keymanagers
  }

  key(consumerKey: string): KeyMappingData | undefined {
    return this.keys.get(consumerKey)
  }

  application(id: number): ApplicationData | undefined {
    return this.applications.get(id)
  }

  subscription(appId: number, apiId: number): SubscriptionData | undefined {
    return this.subscriptions.get(appId)?.get(apiId)
  }

  subscriptionPolicy(tenant: string, name: string): PolicyData | undefined {
    return this.subscriptionPolicies.get(policyKey(tenant, name))
  }

  /** Whether an API policy counts for each user. */
  isPerUser(tenant: string, name: string): boolean {
    return this.perUser.has(policyKey(tenant, name))
  }

  /** What tells the groups of conditions of an API policy that a call is in; undefined where it has none. */
  judge(tenant: string, name: string): Judge | undefined {
    return this.conditions.size === 0 ? undefined : this.conditions.get(policyKey(tenant, name))
  }

  private index(name: ListName): void {
    const {lists} = this
    if (name === 'apis') {
      this.apisById.clear()
      for (const it of lists.apis) this.apisById.set(it.uuid, it)
    } else if (name === 'application-key-mappings') {
      this.keys = new Map(lists[name].map(it => [it.consumerKey, it]))
    } else if (name === 'applications') this.applications = new Map(lists.applications.map(it => [it.id, it]))
    else if (name === 'subscriptions') {
      const found = new Map<number, Map<number, SubscriptionData>>()
      for (const it of lists.subscriptions) {
        const of = found.get(it.appId) ?? new Map<number, SubscriptionData>()
        found.set(it.appId, of.set(it.apiId, it))
      }
      this.subscriptions = found
    } else if (name === 'subscription-policies') {
      this.subscriptionPolicies = new Map(lists[name].map(it => [policyKey(it.tenantDomain, it.name), it]))
    } else if (name === 'api-policies') {
      this.perUser.clear()
      this.conditions.clear()
      for (const it of lists[name]) {
        const {conditionGroups: groups = []} = it
        if (groups.length > 0) this.conditions.set(policyKey(it.tenantDomain, it.name), judgeOf(groups, this.counts))
        if (it.applicableLevel === 'userLevel') this.perUser.add(policyKey(it.tenantDomain, it.name))
      }
    }
  }
}
