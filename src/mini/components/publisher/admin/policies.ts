import {z} from 'zod'
import {TIME_UNIT} from '../../../hub/data.js'
import {exclusive, row, type Queryable} from '../../../databases/sql.js'
import {checked} from '../../../http/body.js'
import {alreadyExists, conflict, Fault, missing, missingOperation} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import type {NotificationType} from '../../../hub/events.js'
import type {Principal} from '../../../oauth/guard.js'
import {deletePolicy, findPolicy, insertPolicy, listPolicies, updatePolicy} from '../../../policies/policy-store.js'
import {UNLIMITED, type Policy, type PolicyInput, type PolicyKind} from '../../../policies/policy.js'
import {fullName, hasEmailNames} from '../../../users/users.js'
import {POLICIES_LOCK} from '../policy-deployer.js'
import {type Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'
import {conditionGroupsBody, fromGroup, toGroups} from './condition-groups.js'
import {fromLimit, limitBody, toLimit} from './limit.js'

const body = z.object({
  policyName: z.string().nullish(),
  displayName: storable(512).nullish(),
  description: storable(1024).nullish(),
  defaultLimit: limitBody,
  conditionalGroups: conditionGroupsBody.nullish(),
  rateLimitCount: z.int().min(0).max(UNLIMITED).nullish(),
  rateLimitTimeUnit: z.union([TIME_UNIT, z.literal('')]).nullish(),
  stopOnQuotaReach: z.boolean().nullish(),
  billingPlan: z.enum(['FREE', 'COMMERCIAL']).nullish(),
  customAttributes: z.array(z.unknown()).nullish(),
  graphQLMaxComplexity: z.int().min(0).max(UNLIMITED).nullish(),
  graphQLMaxDepth: z.int().min(0).max(UNLIMITED).nullish(),
  monetization: z.unknown().optional(),
  permissions: z.unknown().optional(),
})

/** What a policy may ask for that mini does not do. */
const UNDONE: readonly (readonly [what: string, asked: (given: z.output<typeof body>) => boolean])[] = [
  ['attributes of subscription policies (customAttributes)', it => (it.customAttributes ?? []).length > 0],
  ['limits on the complexity of GraphQL queries', it => Boolean(it.graphQLMaxComplexity)],
  ['monetization', it => Boolean(it.monetization)],
  ['permissions of subscription policies', it => Boolean(it.permissions)],
]

/** BLANK_PROPERTY_VALUE: ExceptionCodes of carbon-apimgt v6.7.206. */
export const blank = (property: string) =>
  new Fault(400, `${property} property value of payload cannot be blank`, {
    code: 900705,
    message: 'Blank value for required property',
  })

// The characters that names of Siddhi plans, keys and paths must not have.
const NAME = storable(60, 1).regex(/^[\w.+-]+( [\w.+-]+)*$/, 'has a character that names of policies must not have')

/** A policy's name. Throws a Fault 400. */
export function nameOfPolicy(name: string | null | undefined): string {
  if (name === null || name === undefined || name.trim() === '') throw blank('policyName')
  const {success, data, error} = NAME.safeParse(name)
  if (!success) throw new Fault(400, `policyName: ${error.issues[0]?.message ?? 'is not valid'}`)
  return data
}

function toInput(given: z.output<typeof body>, name: string): PolicyInput {
  const undone = UNDONE.find(([, asked]) => asked(given))
  if (undone) throw missingOperation(`mini has no ${undone[0]}`)
  return {
    name,
    displayName: given.displayName || name,
    description: given.description ?? '',
    limit: toLimit(given.defaultLimit),
    conditionGroups: toGroups(given.conditionalGroups),
    rateLimitCount: given.rateLimitCount ?? 0,
    rateLimitTimeUnit: given.rateLimitTimeUnit || null,
    stopOnQuotaReach: given.stopOnQuotaReach ?? false,
    billingPlan: given.billingPlan ?? 'FREE',
    graphQLMaxDepth: given.graphQLMaxDepth ?? 0,
  }
}

/** What differs between the levels. */
interface Level {
  readonly path: string
  readonly kind: PolicyKind
  /** RESOURCE_..._POLICY of RestApiConstants, and what the product says of a policy that is in use. */
  readonly resource: string
  readonly inUse: (id: string) => string
  /** Whether someone has chosen it: ApiMgtDAO.hasSubscription, hasAttachments. Parameters: name and tenant, for each `?` pair. */
  readonly uses: readonly string[]
  readonly own: (policy: Policy) => object
  /** The same in a list, where that says less. */
  readonly ownInList?: (policy: Policy) => object
}

const LEVELS: readonly Level[] = [
  {
    path: 'advanced',
    kind: 'API',
    resource: 'advanced policy',
    inUse: id => `Policy ${id} already attached to API/Resource`,
    uses: [
      'SELECT API_PROVIDER AS owner FROM AM_API WHERE API_TIER = ?',
      'SELECT a.API_PROVIDER AS owner FROM AM_API_URL_MAPPING m JOIN AM_API a ON a.API_ID = m.API_ID WHERE m.THROTTLING_TIER = ?',
    ],
    own: ({conditionGroups}) => ({conditionalGroups: conditionGroups.map(fromGroup)}),
    ownInList: () => ({}),
  },
  {
    path: 'application',
    kind: 'APPLICATION',
    resource: 'application policy',
    inUse: id => `Policy ${id} already attached to an Application`,
    uses: [
      'SELECT u.USER_ID AS owner FROM AM_APPLICATION a JOIN AM_SUBSCRIBER u ON u.SUBSCRIBER_ID = a.SUBSCRIBER_ID WHERE a.APPLICATION_TIER = ?',
    ],
    own: () => ({}),
  },
  {
    path: 'subscription',
    kind: 'SUBSCRIPTION',
    resource: 'subcription policy',
    inUse: id => `Policy ${id} already has subscriptions`,
    uses: [
      'SELECT i.API_PROVIDER AS owner FROM AM_SUBSCRIPTION s JOIN AM_API i ON i.API_ID = s.API_ID WHERE s.TIER_ID = ?',
    ],
    own: ({rateLimitCount, rateLimitTimeUnit, stopOnQuotaReach, billingPlan, graphQLMaxDepth}) => ({
      rateLimitCount,
      rateLimitTimeUnit,
      stopOnQuotaReach,
      billingPlan,
      customAttributes: [],
      graphQLMaxComplexity: 0,
      graphQLMaxDepth,
      monetization: null,
      permissions: null,
    }),
  },
]

const toDto = ({own}: Pick<Level, 'own'>, policy: Policy) => ({
  policyId: policy.uuid,
  policyName: policy.name,
  displayName: policy.displayName,
  description: policy.description,
  isDeployed: policy.deployed,
  defaultLimit: fromLimit(policy.limit),
  ...own(policy),
})

/** Owners of what uses a policy are named with their tenant. */
async function isUsed(on: Queryable, {uses}: Level, name: string, {id, domain}: Principal['tenant']): Promise<boolean> {
  const suffix = fullName({name: '', domain})
  for (const sql of uses) {
    const column = /SELECT (\S+) AS owner/.exec(sql)?.[1] ?? ''
    const mine = id === -1234 ? `${column} NOT LIKE '%@%${hasEmailNames() ? '@%' : ''}'` : `${column} LIKE ?`
    if (await row(on, `${sql} AND ${mine} LIMIT 1`, id === -1234 ? [name] : [name, `%${suffix}`])) return true
  }
  return false
}

type Owner = Pick<Principal, 'tenant'>

/** What can be done to the policies of a level. Throws Faults. */
function actionsOf({apim, hub, policyDeployer}: Publishing, level: Level) {
  const {kind, resource} = level
  const need = async (on: Queryable, {tenant}: Owner, uuid: string): Promise<Policy> => {
    const found = await findPolicy(on, kind, tenant.id, {uuid})
    if (!found) throw missing(resource, uuid)
    return found
  }
  const announce = async (correlationId: string, {tenant}: Owner, type: NotificationType, {id, name}: Policy) => {
    hub.notify(type, tenant.domain, {policyId: id, policyName: name, policyType: kind})
    if (type !== 'POLICY_DELETE') await policyDeployer.sync(correlationId)
    else await policyDeployer.undeploy({kind, name, tenantDomain: tenant.domain}, correlationId)
  }
  return {
    list: ({tenant}: Owner) => listPolicies(apim, kind, tenant.id),
    one: (owner: Owner, uuid: string) => need(apim, owner, uuid),
    add: async (owner: Owner, asked: unknown, correlationId: string): Promise<Policy> => {
      const given = checked(body, asked)
      const input = toInput(given, nameOfPolicy(given.policyName))
      const {id: tenantId} = owner.tenant
      const uuid = await exclusive(apim, POLICIES_LOCK, async on => {
        if (await findPolicy(on, kind, tenantId, {name: input.name})) {
          throw alreadyExists(`${resource} with name ${input.name} already exists`)
        }
        return insertPolicy(on, kind, tenantId, input)
      })
      await announce(correlationId, owner, 'POLICY_CREATE', await need(apim, owner, uuid))
      return need(apim, owner, uuid)
    },
    change: async (owner: Owner, id: string, asked: unknown, correlationId: string): Promise<Policy> => {
      const given = checked(body, asked)
      const policy = await exclusive(apim, POLICIES_LOCK, async on => {
        const before = await need(on, owner, id)
        await updatePolicy(on, before, toInput(given, before.name))
        return before
      })
      await announce(correlationId, owner, 'POLICY_UPDATE', policy)
      return need(apim, owner, id)
    },
    remove: async (owner: Owner, id: string, correlationId: string): Promise<void> => {
      const policy = await exclusive(apim, POLICIES_LOCK, async on => {
        const before = await need(on, owner, id)
        // The product's answer is a 500 with this text behind it; it is no error of the server.
        if (await isUsed(on, level, before.name, owner.tenant)) throw conflict(level.inUse(id))
        await deletePolicy(on, before)
        return before
      })
      await announce(correlationId, owner, 'POLICY_DELETE', policy)
    },
  }
}

/** Advanced, application and subscription policies, for what is no REST call: the page of administrators. */
export const policyActions = (publishing: Publishing, kind: PolicyKind) => {
  const level = LEVELS.find(it => it.kind === kind)
  if (!level) throw new Error(`no level ${kind}`)
  return {...actionsOf(publishing, level), toDto: (policy: Policy) => toDto(level, policy)}
}

function levelRoutes(publishing: Publishing, level: Level): readonly Route[] {
  const {guard} = publishing
  const actions = actionsOf(publishing, level)
  const base = `${ADMIN}/throttling/policies/${level.path}`
  return [
    route.get(base, async call => {
      const owner = await guard.principal(call, MAY.seePolicies)
      const list = (await actions.list(owner)).map(it => toDto({own: level.ownInList ?? level.own}, it))
      return json({count: list.length, list})
    }),
    route.post(base, async call => {
      const owner = await guard.principal(call, MAY.managePolicies)
      const made = await actions.add(owner, await call.json(), call.correlationId)
      return {...json(toDto(level, made), 201), headers: {location: `${base}/${made.uuid}`}}
    }),
    route.get(`${base}/:policyId`, async call => {
      const owner = await guard.principal(call, MAY.seePolicies)
      return json(toDto(level, await actions.one(owner, call.param('policyId'))))
    }),
    route.put(`${base}/:policyId`, async call => {
      const owner = await guard.principal(call, MAY.managePolicies)
      const id = call.param('policyId')
      await actions.one(owner, id)
      return json(toDto(level, await actions.change(owner, id, await call.json(), call.correlationId)))
    }),
    route.delete(`${base}/:policyId`, async call => {
      const owner = await guard.principal(call, MAY.managePolicies)
      await actions.remove(owner, call.param('policyId'), call.correlationId)
      return {status: 200}
    }),
  ]
}

/** Advanced, application and subscription policies. */
export const throttlingRoutes = (publishing: Publishing): readonly Route[] =>
  LEVELS.flatMap(level => levelRoutes(publishing, level))
