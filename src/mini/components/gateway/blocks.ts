import {z} from 'zod'
import type {BlockData, IpBlock} from '../../hub/data.js'
import type {BlockEvent} from '../../hub/events.js'
import {rangeOf} from './ip.js'

const ipValue = z.object({
  fixedIp: z.string().optional(),
  startingIp: z.string().optional(),
  endingIp: z.string().optional(),
  invert: z.union([z.boolean(), z.string()]).optional(),
})

function readIp({id, blockingCondition, conditionValue, tenantDomain}: BlockEvent): IpBlock | undefined {
  try {
    const {invert, ...value} = ipValue.parse(JSON.parse(conditionValue))
    const addresses = Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined))
    const type = blockingCondition === 'IP' ? 'IP' : 'IPRANGE'
    return {id, type, ...addresses, invert: String(invert) === 'true', tenantDomain}
  } catch {
    return undefined
  }
}

/** A condition, with what tells whether an address is in it. */
interface Block {
  readonly of: IpBlock
  readonly has: (ip: string) => boolean
}

function blockOf(of: IpBlock): Block {
  const {type, fixedIp, startingIp = '', endingIp = ''} = of
  return {of, has: type === 'IP' ? ip => fixedIp === ip : rangeOf(startingIp, endingIp)}
}

/** Who and what is blocked: ThrottleDataHolder.isRequestBlocked of carbon-apimgt v6.7.206. */
export class Blocks {
  private readonly values = {API: new Set<string>(), APPLICATION: new Set<string>(), USER: new Set<string>()}
  private ips = new Map<number, Block>()
  /** Asked for every call. */
  any = false

  load({api = [], application = [], user = [], ip = []}: Partial<BlockData>): void {
    this.values.API = new Set(api)
    this.values.APPLICATION = new Set(application)
    this.values.USER = new Set(user)
    this.ips = new Map(ip.map(it => [it.id, blockOf(it)]))
    this.count()
  }

  apply(event: BlockEvent): void {
    const on = String(event.state) === 'true'
    if (event.blockingCondition === 'IP' || event.blockingCondition === 'IPRANGE') {
      const ip = readIp(event)
      if (on && ip) this.ips.set(event.id, blockOf(ip))
      else if (!on) this.ips.delete(event.id)
    } else {
      const values = this.values[event.blockingCondition]
      if (on) values.add(event.conditionValue)
      else values.delete(event.conditionValue)
    }
    this.count()
  }

  data(): BlockData {
    const {API, APPLICATION, USER} = this.values
    return {api: [...API], application: [...APPLICATION], user: [...USER], ip: [...this.ips.values()].map(({of}) => of)}
  }

  /** `users`: the ways in which a caller's name may be written. */
  isBlocked(context: string, application: string, users: readonly string[], ip: string, tenant: string): boolean {
    const {API, APPLICATION, USER} = this.values
    if (API.has(context) || APPLICATION.has(application) || users.some(it => USER.has(it))) return true
    for (const {of, has} of this.ips.values()) {
      if (of.tenantDomain === tenant && has(ip) !== of.invert) return true
    }
    return false
  }

  private count(): void {
    const {API, APPLICATION, USER} = this.values
    this.any = API.size + APPLICATION.size + USER.size + this.ips.size > 0
  }
}
