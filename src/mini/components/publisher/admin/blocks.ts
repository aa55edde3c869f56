import {isIP} from 'node:net'
import {z} from 'zod'
import {exclusive, row} from '../../../databases/sql.js'
import {bodyOf, checked} from '../../../http/body.js'
import {alreadyExists, badRequest, missing} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import type {BlockType} from '../../../hub/events.js'
import {
  deleteBlock,
  enableBlock,
  findBlock,
  insertBlock,
  listBlocks,
  toBlockEvent,
  type BlockCondition,
} from '../../../policies/block-conditions.js'
import {splitName, SUPER_TENANT, type Tenant} from '../../../users/users.js'
import {type Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'

/** BlockingConditionDTO of admin-api.yaml v1, carbon-apimgt v6.7.206. */
const body = z.object({
  conditionType: z.enum(['API', 'APPLICATION', 'USER', 'IP', 'IPRANGE']),
  conditionValue: z.unknown(),
  conditionStatus: z.boolean().nullish(),
})
const status = z.object({conditionStatus: z.boolean()})

const word = storable(400, 1)
const address = z.string().refine(it => isIP(it) !== 0, 'is no IP address')
const ip = z.object({conditionValue: z.object({fixedIp: address, invert: z.boolean().default(false)})})
const range = z.object({
  conditionValue: z
    .object({startingIp: address, endingIp: address, invert: z.boolean().default(false)})
    .refine(it => isIP(it.startingIp) === isIP(it.endingIp), 'is a range of two kinds of address'),
})
/** Of any type to the product's own reader, so none is read as another. */
const text = z.custom<string>(it => typeof it === 'string', 'is no text')
const plain = z.object({conditionValue: text.pipe(word)})

/** Turns what a body has into AM_BLOCK_CONDITIONS.VALUE; throws a Fault 400, with the product's texts (ApiMgtDAO.addBlockConditions). */
type Read = (publishing: Publishing, tenant: Tenant, given: unknown) => Promise<string> | string

const readContext: Read = async ({apim}, {domain}, given) => {
  const value = checked(plain, given).conditionValue
  const own = /^\/t\/([^/]+)\//.exec(value)?.[1] ?? SUPER_TENANT.domain
  const sql = 'SELECT API_ID FROM AM_API WHERE CONTEXT = ?'
  if (own !== domain || !(await row(apim, sql, [value]))) {
    throw badRequest(`Couldn't Save Block Condition Due to Invalid API Context ${value}`)
  }
  return value
}

const readApplication: Read = async ({apim}, tenant, given) => {
  const value = checked(plain, given).conditionValue
  const at = value.indexOf(':')
  const [owner, name] = [value.slice(0, Math.max(0, at)), value.slice(at + 1)]
  const sql =
    'SELECT a.APPLICATION_ID FROM AM_APPLICATION a JOIN AM_SUBSCRIBER u ON u.SUBSCRIBER_ID = a.SUBSCRIBER_ID ' +
    'WHERE u.USER_ID = ? AND u.TENANT_ID = ? AND a.NAME = ?'
  if (splitName(owner).domain !== tenant.domain || !(await row(apim, sql, [owner, tenant.id, name]))) {
    throw badRequest(
      `Couldn't Save Block Condition Due to Invalid Application name ${name} from Application Owner ${owner}`,
    )
  }
  return value
}

const readUser: Read = (_, {domain}, given) => {
  const value = checked(plain, given).conditionValue
  const user = splitName(value)
  if (user.domain !== domain && value.includes('@')) throw badRequest(`Invalid User in Tenant Domain ${domain}`)
  return `${user.name}@${domain}`
}

const READ: Readonly<Record<BlockType, Read>> = {
  API: readContext,
  APPLICATION: readApplication,
  USER: readUser,
  IP: (_, _tenant, given) => JSON.stringify(checked(ip, given).conditionValue),
  IPRANGE: (_, _tenant, given) => JSON.stringify(checked(range, given).conditionValue),
}

const toDto = ({uuid, type, value, enabled}: BlockCondition) => ({
  conditionId: uuid,
  conditionType: type,
  conditionValue: type === 'IP' || type === 'IPRANGE' ? (JSON.parse(value) as unknown) : value,
  conditionStatus: enabled,
})

const BASE = `${ADMIN}/throttling/blacklist`

/** What can be done to deny rules: each is written to the database, then said on the topic throttleData. Throws Faults. */
export function makeBlocks(publishing: Publishing) {
  const {apim, hub} = publishing
  const need = async ({domain}: Tenant, uuid: string): Promise<BlockCondition> => {
    const found = await findBlock(apim, domain, uuid)
    if (!found) throw missing('block condition', uuid)
    return found
  }
  return {
    need,
    list: ({domain}: Tenant) => listBlocks(apim, domain),
    add: async (tenant: Tenant, asked: unknown): Promise<BlockCondition> => {
      const given = checked(body, asked)
      const type = given.conditionType
      const value = await READ[type](publishing, tenant, given)
      const wanted = {type, value, enabled: given.conditionStatus ?? true, tenantDomain: tenant.domain}
      const made = await exclusive(apim, 'block conditions', on => insertBlock(on, wanted))
      if (!made) {
        const text = `A black list item with type: ${type}, value: ${value} already exists`
        throw alreadyExists(text)
      }
      if (made.enabled) hub.throttleData(toBlockEvent(made))
      return made
    },
    enable: async (tenant: Tenant, uuid: string, enabled: boolean): Promise<BlockCondition> => {
      const found = await need(tenant, uuid)
      await enableBlock(apim, found.id, enabled)
      const now = {...found, enabled}
      hub.throttleData(toBlockEvent(now))
      return now
    },
    remove: async (tenant: Tenant, uuid: string): Promise<void> => {
      const found = await need(tenant, uuid)
      if (await deleteBlock(apim, found.id)) hub.throttleData(toBlockEvent(found, false))
    },
  }
}

/** Deny policies by REST. */
export function blockRoutes(publishing: Publishing): readonly Route[] {
  const {guard} = publishing
  const blocks = makeBlocks(publishing)

  return [
    route.get(BASE, async call => {
      const {tenant} = await guard.principal(call, MAY.seeBlocks)
      const list = (await blocks.list(tenant)).map(toDto)
      return json({count: list.length, list})
    }),
    route.post(BASE, async call => {
      const {tenant} = await guard.principal(call, MAY.manageBlocks)
      const made = await blocks.add(tenant, await call.json())
      return {...json(toDto(made), 201), headers: {location: `${BASE}/${made.uuid}`}}
    }),
    route.get(`${BASE}/:conditionId`, async call => {
      const {tenant} = await guard.principal(call, MAY.seeBlocks)
      return json(toDto(await blocks.need(tenant, call.param('conditionId'))))
    }),
    route.patch(`${BASE}/:conditionId`, async call => {
      const {tenant} = await guard.principal(call, MAY.manageBlocks)
      const id = call.param('conditionId')
      await blocks.need(tenant, id)
      const {conditionStatus} = await bodyOf(call, status)
      return json(toDto(await blocks.enable(tenant, id, conditionStatus)))
    }),
    route.delete(`${BASE}/:conditionId`, async call => {
      const {tenant} = await guard.principal(call, MAY.manageBlocks)
      await blocks.remove(tenant, call.param('conditionId'))
      return {status: 200}
    }),
  ]
}
