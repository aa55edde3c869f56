import {z} from 'zod'
import type {BlockData, IpBlock} from '../../hub/data.js'
import type {BlockEvent} from '../../hub/events.js'
import {ipNumber} from './ip.js'

const ipValue = z.object({
  fixedIp: z.string().optional(),
  startingIp: z.string().optional(),
  endingIp: z.string().optional(),
  invert: z.union([z.boolean(), z.string()]).optional(),
})

const readIp = ({id, blockingCondition, conditionValue, tenantDomain}: BlockEvent): IpBlock | undefined => {
  try {
    const {invert, ...value} = ipValue.parse(JSON.parse(conditionValue))
    const addresses = Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined))
    const type = blockingCondition === 'IP' ? 'IP' : 'IPRANGE'
    return {id, type, ...addresses, invert: String(invert) === 'true', tenantDomain}
  } catch {
    return undefined
  }
}

const isInside = ({type, fixedIp, startingIp = '', endingIp = ''}: IpBlock, ip: string): boolean => {
  if (type === 'IP') return fixedIp === ip
  const [at, from, to] = [ip, startingIp, endingIp].map(ipNumber)
  return at !== undefined && from !== undefined && to !== undefined && at >= from && at <= to
}

/** Who and what is blocked: ThrottleDataHolder.isRequestBlocked of carbon-apimgt v6.7.206. */
export class Blocks {
  private readonly values = {API: new Set<string>(), APPLICATION: new Set<string>(), USER: new Set<string>()}
  private ips = new Map<number, IpBlock>()
  /** Asked for every call. */
  any = false

  load({api = [], application = [], user = [], ip = []}: Partial<BlockData>): void {
    this.values.API = new Set(api)
    this.values.APPLICATION = new Set(application)
    this.values.USER = new Set(user)
    this.ips = new Map(ip.map(it => [it.id, it]))
    this.count()
  }

  apply(event: BlockEvent): void {
    const on = String(event.state) === 'true'
    if (event.blockingCondition === 'IP' || event.blockingCondition === 'IPRANGE') {
      const ip = readIp(event)
      if (on && ip) this.ips.set(event.id, ip)
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
    return {api: [...API], application: [...APPLICATION], user: [...USER], ip: [...this.ips.values()]}
  }

  /** `users`: the ways in which a caller's name may be written. */
  isBlocked(context: string, application: string, users: readonly string[], ip: string, tenant: string): boolean {
    const {API, APPLICATION, USER} = this.values
    if (API.has(context) || APPLICATION.has(application) || users.some(it => USER.has(it))) return true
    for (const it of this.ips.values()) {
      if (it.tenantDomain === tenant && isInside(it, ip) !== it.invert) return true
    }
    return false
  }

  private count(): void {
    const {API, APPLICATION, USER} = this.values
    this.any = API.size + APPLICATION.size + USER.size + this.ips.size > 0
  }
}
