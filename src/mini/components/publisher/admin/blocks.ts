import {isIP} from 'node:net'
import {z} from 'zod'
import {exclusive, row} from '../../../databases/sql.js'
import {bodyOf, checked} from '../../../http/body.js'
import {alreadyExists, badRequest, missing} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import type {BlockType} from '../../../hub/events.js'
import type {Principal} from '../../../oauth/guard.js'
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
const plain = z.object({conditionValue: word})

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

/** Deny policies: written to the database, then said on the topic throttleData. */
export function blockRoutes(publishing: Publishing): readonly Route[] {
  const {apim, guard, hub} = publishing
  const need = async ({tenant}: Principal, uuid: string): Promise<BlockCondition> => {
    const found = await findBlock(apim, tenant.domain, uuid)
    if (!found) throw missing('block condition', uuid)
    return found
  }

  return [
    route.get(BASE, async call => {
      const {tenant} = await guard.principal(call, MAY.seeBlocks)
      const list = (await listBlocks(apim, tenant.domain)).map(toDto)
      return json({count: list.length, list})
    }),
    route.post(BASE, async call => {
      const {tenant} = await guard.principal(call, MAY.manageBlocks)
      const given = await bodyOf(call, body)
      const type = given.conditionType
      const value = await READ[type](publishing, tenant, given)
      const wanted = {type, value, enabled: given.conditionStatus ?? true, tenantDomain: tenant.domain}
      const made = await exclusive(apim, 'block conditions', on => insertBlock(on, wanted))
      if (!made) {
        const text = `A black list item with type: ${type}, value: ${value} already exists`
        throw alreadyExists(text)
      }
      if (made.enabled) hub.throttleData(toBlockEvent(made))
      return {...json(toDto(made), 201), headers: {location: `${BASE}/${made.uuid}`}}
    }),
    route.get(`${BASE}/:conditionId`, async call =>
      json(toDto(await need(await guard.principal(call, MAY.seeBlocks), call.param('conditionId')))),
    ),
    route.patch(`${BASE}/:conditionId`, async call => {
      const principal = await guard.principal(call, MAY.manageBlocks)
      const found = await need(principal, call.param('conditionId'))
      const {conditionStatus} = await bodyOf(call, status)
      await enableBlock(apim, found.id, conditionStatus)
      const now = {...found, enabled: conditionStatus}
      hub.throttleData(toBlockEvent(now))
      return json(toDto(now))
    }),
    route.delete(`${BASE}/:conditionId`, async call => {
      const found = await need(await guard.principal(call, MAY.manageBlocks), call.param('conditionId'))
      if (await deleteBlock(apim, found.id)) hub.throttleData(toBlockEvent(found, false))
      return {status: 200}
    }),
  ]
}
