import type {Route} from '../../../http/router.js'
import {html} from '../../../pages/html.js'
import {facts, table} from '../../../pages/parts.js'
import {csrfField, type Site, type View, type Visit} from '../../../pages/site.js'
import type {ConditionGroup, Policy} from '../../../policies/policy.js'
import {SUPER_TENANT, type User} from '../../../users/users.js'
import {fromGroup} from '../admin/condition-groups.js'
import {policyActions} from '../admin/policies.js'
import type {Publishing} from '../publishing.js'
import {BASE, button, ownerOf, tenantOf} from './base.js'
import {CUSTOM} from './custom.js'
import {
  burstFields,
  burstOf,
  conditionsOf,
  conditionText,
  groupFields,
  limitFields,
  limitOf,
  limitText,
} from './policy-form.js'

/** Where forms of a level go, what only it has in its form, and how that is asked for. */
const LEVELS = [
  {kind: 'API', title: 'Advanced', path: '/policies', fields: '', asked: () => ({})},
  {kind: 'APPLICATION', title: 'Application', path: '/application-policies', fields: '', asked: () => ({})},
  {kind: 'SUBSCRIPTION', title: 'Subscription', path: '/subscription-policies', fields: burstFields, asked: burstOf},
] as const

/** Throttling policies; advanced ones with groups of conditions. */
export function policyPages(publishing: Publishing, site: Site<User>): readonly Route[] {
  const levels = LEVELS.map(level => ({...level, actions: policyActions(publishing, level.kind)}))
  const advanced = policyActions(publishing, 'API')

  const newForm = ({session}: Visit<User>, {title, path, fields}: (typeof LEVELS)[number]) =>
    html`<details>
      <summary>New ${title.toLowerCase()} policy</summary>
      <form class="fields" method="post" action="${BASE}${path}">
        ${csrfField(session)}<label>Name<input name="name" required maxlength="60" /></label>${limitFields}${fields}
        <button>Create</button>
      </form>
    </details>`

  const list = site.page('', async visit => {
    const tables = await Promise.all(
      levels.map(async level => {
        const {kind, title, path, actions} = level
        const hasGroups = kind === 'API'
        const lines = (await actions.list(ownerOf(visit))).map(it => [
          hasGroups ? html`<a href="${BASE}${path}/${it.uuid}">${it.name}</a>` : it.name,
          limitText(it.limit),
          hasGroups ? it.conditionGroups.length : button(visit, `${path}/${it.uuid}/remove`, 'Remove'),
        ])
        return html`<h2>${title} policies</h2>
          ${table(`${title} policies`, ['Name', 'Limit', hasGroups ? 'Groups' : 'Remove'], lines)}
          ${newForm(visit, level)}`
      }),
    )
    // They are the super tenant's, as in the product.
    const custom =
      tenantOf(visit).id === SUPER_TENANT.id &&
      html`<h2>Custom policies</h2>
        <p><a href="${BASE}${CUSTOM}">Custom policies</a>, by a template of keys and a query</p>`
    return {title: 'Policies', body: html`${tables}${custom}`}
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
  const made = levels.flatMap(({kind, path, asked, actions}) => [
    site.action(path, async (visit, form) => {
      const policy = {policyName: form.get('name'), defaultLimit: limitOf(form), ...asked(form)}
      const {uuid} = await actions.add(ownerOf(visit), policy, visit.call.correlationId)
      return kind === 'API' ? `${path}/${uuid}` : ''
    }),
    site.action(`${path}/:policyId/remove`, async visit => {
      await actions.remove(ownerOf(visit), visit.call.param('policyId'), visit.call.correlationId)
      return ''
    }),
  ])
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

  return [list, one, ...made, addGroup, removeGroup]
}
