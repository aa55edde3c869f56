import type {Route} from '../../http/router.js'
import {TIME_UNIT, type Condition} from '../../hub/data.js'
import {isAdministrator} from '../../oauth/administrator.js'
import {csrfField, makeSite, type View, type Visit} from '../../pages/site.js'
import {html, type Html} from '../../pages/html.js'
import {counted, facts, select, table} from '../../pages/parts.js'
import {UNLIMITED, type ConditionGroup, type Limit, type Policy} from '../../policies/policy.js'
import {authenticate, fullName, type User} from '../../users/users.js'
import {makeBlocks} from './admin/blocks.js'
import {fromGroup} from './admin/condition-groups.js'
import {policyActions} from './admin/policies.js'
import type {Publishing} from './publishing.js'

const BASE = '/admin'
const LEVELS = [
  ['API', 'Advanced'],
  ['APPLICATION', 'Application'],
  ['SUBSCRIPTION', 'Subscription'],
] as const

const ownerOf = ({session: {user}}: Visit<User>) => ({tenant: {id: user.id, domain: user.domain}})

function limitText({type, amount, unit, unitTime, timeUnit}: Limit): string {
  if (amount >= UNLIMITED) return 'no limit'
  const what = type === 'requestCount' ? counted(amount, 'call') : `${amount} ${unit}`
  return `${what} in ${counted(unitTime, timeUnit)}`
}

const SAYS: Readonly<Record<Condition['conditionType'], (of: Condition) => string>> = {
  IPSpecific: ({value}) => `the address is ${value}`,
  IPRange: ({name, value}) => `the address is one of ${name} to ${value}`,
  Header: ({name, value}) => `the header ${name} has ${value}`,
  QueryParameterType: ({name, value}) => `the query has ${name}=${value}`,
  JWTClaims: ({name, value}) => `the claim ${name} is ${value}`,
}
const conditionText = (it: Condition) => `${it.isInverted ? 'not: ' : ''}${SAYS[it.conditionType](it)}`

const limitFields = html`<label>Calls<input name="count" type="number" min="0" required /></label>
  <label>In<input name="unitTime" type="number" min="1" value="1" required /></label>
  ${select(
    'timeUnit',
    'Unit',
    TIME_UNIT.options.map(it => [it, it] as const),
    'min',
  )}`

const limitOf = (form: URLSearchParams) => ({
  type: 'REQUESTCOUNTLIMIT',
  requestCount: {
    requestCount: Number(form.get('count') || Number.NaN),
    unitTime: Number(form.get('unitTime') || Number.NaN),
    timeUnit: form.get('timeUnit'),
  },
})

const invert = (name: string) =>
  html`<label class="check"><input type="checkbox" name="${name}" value="true" />not: all others</label>`

/** The conditions that a form has filled in, as the REST API takes them. */
function conditionsOf(form: URLSearchParams): readonly object[] {
  const of = (name: string) => (form.get(name) ?? '').trim()
  const found: object[] = []
  const add = (type: string, not: string, more: object) =>
    found.push({type, invertCondition: form.get(not) === 'true', ...more})
  const [from, to] = [of('from'), of('to')]
  if (from !== '') {
    const range = {ipConditionType: 'IPRANGE', startingIP: from, endingIP: to}
    const ipCondition = to === '' ? {ipConditionType: 'IPSPECIFIC', specificIP: from} : range
    add('IPCONDITION', 'notAddress', {ipCondition})
  }
  if (of('header') !== '') {
    add('HEADERCONDITION', 'notHeader', {
      headerCondition: {headerName: of('header'), headerValue: of('headerValue')},
    })
  }
  if (of('parameter') !== '') {
    add('QUERYPARAMETERCONDITION', 'notParameter', {
      queryParameterCondition: {parameterName: of('parameter'), parameterValue: of('parameterValue')},
    })
  }
  if (of('claim') !== '') {
    add('JWTCLAIMSCONDITION', 'notClaim', {jwtClaimsCondition: {claimUrl: of('claim'), attribute: of('claimValue')}})
  }
  return found
}

const groupFields = html`<p class="quiet">
    All that is filled in has to be true of a call. Values are regular expressions.
  </p>
  <label>Address, or the first of a range<input name="from" /></label
  ><label>The last of the range<input name="to" /></label>
  ${invert('notAddress')}
  <label>Header<input name="header" /></label
  ><label>What it has<input name="headerValue" /></label>${invert('notHeader')}
  <label>Query parameter<input name="parameter" /></label><label>What it is<input name="parameterValue" /></label>
  ${invert('notParameter')}
  <label>Claim of the backend's JWT<input name="claim" /></label
  ><label>What it is<input name="claimValue" /></label> ${invert('notClaim')}`

/** A deny rule's value from a form, as the REST API takes it. */
function blockOf(form: URLSearchParams): object {
  const type = form.get('type') ?? ''
  const [value, to] = [(form.get('value') ?? '').trim(), (form.get('to') ?? '').trim()]
  const ip = type === 'IP' ? {fixedIp: value} : {startingIp: value, endingIp: to}
  return {conditionType: type, conditionValue: type.startsWith('IP') ? {...ip, invert: false} : value}
}

/** The page of administrators: throttling policies, with groups of conditions, and deny rules. */
export function adminPageRoutes(publishing: Publishing): readonly Route[] {
  const {shared} = publishing
  const blocks = makeBlocks(publishing)
  const levels = LEVELS.map(([kind, title]) => ({kind, title, actions: policyActions(publishing, kind)}))
  const advanced = policyActions(publishing, 'API')
  const site = makeSite<User>({
    base: BASE,
    title: 'Admin Portal',
    nav: [
      ['', 'Policies'],
      ['/deny', 'Deny rules'],
    ],
    signIn: async account => {
      const user = await authenticate(shared, account)
      return user && (await isAdministrator(shared, user)) ? user : undefined
    },
    nameOf: fullName,
  })
  const button = ({session}: Visit<User>, action: string, text: string): Html =>
    html`<form method="post" action="${BASE}${action}">
      ${csrfField(session)}<button class="quiet">${text}</button>
    </form>`

  const list = site.page('', async visit => {
    const tables = await Promise.all(
      levels.map(async ({kind, title, actions}) => {
        const lines = (await actions.list(ownerOf(visit))).map(it => [
          kind === 'API' ? html`<a href="${BASE}/policies/${it.uuid}">${it.name}</a>` : it.name,
          limitText(it.limit),
          ...(kind === 'API' ? [it.conditionGroups.length] : []),
        ])
        const heads = ['Name', 'Limit', ...(kind === 'API' ? ['Groups'] : [])]
        return html`<h2>${title} policies</h2>
          ${table(`${title} policies`, heads, lines)}`
      }),
    )
    return {
      title: 'Policies',
      body: html`${tables}
        <h2>New advanced policy</h2>
        <form class="fields" method="post" action="${BASE}/policies">
          ${csrfField(visit.session)}<label>Name<input name="name" required maxlength="60" /></label>${limitFields}
          <button>Create</button>
        </form>`,
    }
  })

  const groupLines = (visit: Visit<User>, {uuid, conditionGroups}: Policy) =>
    conditionGroups.map(({id, description, limit, conditions}) => [
      description || 'none',
      conditions.map(conditionText).join(' and '),
      limitText(limit),
      button(visit, `/policies/${uuid}/groups/${id}/remove`, 'Remove'),
    ])
  const policyView = (visit: Visit<User>, policy: Policy): View => ({
    title: policy.name,
    body: html`${facts([
        ['Limit', limitText(policy.limit)],
        ['Description', policy.description || 'none'],
      ])}
      <h2>Groups of conditions</h2>
      ${
        policy.conditionGroups.length === 0
          ? html`<p class="notice">It has none: its limit is for all calls.</p>`
          : table('Groups of conditions', ['Description', 'When', 'Limit', 'Remove'], groupLines(visit, policy))
      }
      <h2>New group</h2>
      <form class="fields" method="post" action="${BASE}/policies/${policy.uuid}/groups">
        ${csrfField(visit.session)}<label>Description<input name="description" maxlength="1024" /></label>${groupFields}
        ${limitFields}<button>Add</button>
      </form>
      ${button(visit, `/policies/${policy.uuid}/remove`, 'Remove the policy')}
      <p><a href="${BASE}">All policies</a></p>`,
  })
  const one = site.page('/policies/:policyId', async visit =>
    policyView(visit, await advanced.one(ownerOf(visit), visit.call.param('policyId'))),
  )
  const add = site.action('/policies', async (visit, form) => {
    const asked = {policyName: form.get('name'), defaultLimit: limitOf(form)}
    return `/policies/${(await advanced.add(ownerOf(visit), asked, visit.call.correlationId)).uuid}`
  })
  const remove = site.action('/policies/:policyId/remove', async visit => {
    await advanced.remove(ownerOf(visit), visit.call.param('policyId'), visit.call.correlationId)
    return ''
  })
  const change = async (visit: Visit<User>, groups: (now: readonly ConditionGroup[]) => readonly object[]) => {
    const [owner, id] = [ownerOf(visit), visit.call.param('policyId')]
    const policy = await advanced.one(owner, id)
    const asked = {...advanced.toDto(policy), conditionalGroups: groups(policy.conditionGroups)}
    await advanced.change(owner, id, asked, visit.call.correlationId)
    return `/policies/${id}`
  }
  const addGroup = site.action('/policies/:policyId/groups', (visit, form) =>
    change(visit, now => [
      ...now.map(fromGroup),
      {description: form.get('description'), conditions: conditionsOf(form), limit: limitOf(form)},
    ]),
  )
  const removeGroup = site.action('/policies/:policyId/groups/:groupId/remove', visit =>
    change(visit, now => now.filter(it => String(it.id) !== visit.call.param('groupId')).map(fromGroup)),
  )

  const deny = site.page('/deny', async visit => {
    const found = await blocks.list(ownerOf(visit).tenant)
    const lines = found.map(({uuid, type, value, enabled}) => [
      type,
      html`<code>${value}</code>`,
      enabled ? 'in force' : 'off',
      html`${button(visit, `/deny/${uuid}/${enabled ? 'off' : 'on'}`, enabled ? 'Switch off' : 'Switch on')}
      ${button(visit, `/deny/${uuid}/remove`, 'Remove')}`,
    ])
    const none = html`<p class="notice">Nobody is denied anything.</p>`
    const types = [
      ['API', 'API: its context with the version'],
      ['APPLICATION', 'Application: owner:name'],
      ['USER', 'User'],
      ['IP', 'Address'],
      ['IPRANGE', 'Range of addresses'],
    ] as const
    return {
      title: 'Deny rules',
      body: html`${lines.length === 0 ? none : table('Deny rules', ['Of', 'What', 'State', 'Change'], lines)}
        <h2>New rule</h2>
        <form class="fields" method="post" action="${BASE}/deny">
          ${csrfField(visit.session)}${select('type', 'Of', types)}
          <label>What, or the first address<input name="value" required maxlength="400" /></label>
          <label>The last address of a range<input name="to" /></label><button>Deny</button>
        </form>`,
    }
  })
  const addBlock = site.action('/deny', async (visit, form) => {
    await blocks.add(ownerOf(visit).tenant, blockOf(form))
    return '/deny'
  })
  const switched = (to: 'on' | 'off') =>
    site.action(`/deny/:ruleId/${to}`, async visit => {
      await blocks.enable(ownerOf(visit).tenant, visit.call.param('ruleId'), to === 'on')
      return '/deny'
    })
  const removeBlock = site.action('/deny/:ruleId/remove', async visit => {
    await blocks.remove(ownerOf(visit).tenant, visit.call.param('ruleId'))
    return '/deny'
  })

  const actions = [add, remove, addGroup, removeGroup, addBlock, switched('on'), switched('off'), removeBlock]
  return [...site.routes, list, one, deny, ...actions, site.missing]
}
