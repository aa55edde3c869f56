import type {Route} from '../../../http/router.js'
import {html} from '../../../pages/html.js'
import {select, table} from '../../../pages/parts.js'
import {csrfField, type Site} from '../../../pages/site.js'
import type {User} from '../../../users/users.js'
import {makeBlocks} from '../admin/blocks.js'
import type {Publishing} from '../publishing.js'
import {BASE, button, tenantOf} from './base.js'

/** A deny rule's value from a form, as the REST API takes it. */
function blockOf(form: URLSearchParams): object {
  const type = form.get('type') ?? ''
  const [value, to] = [(form.get('value') ?? '').trim(), (form.get('to') ?? '').trim()]
  const ip = type === 'IP' ? {fixedIp: value} : {startingIp: value, endingIp: to}
  return {conditionType: type, conditionValue: type.startsWith('IP') ? {...ip, invert: false} : value}
}

/** Deny rules. */
export function denyPages(publishing: Publishing, site: Site<User>): readonly Route[] {
  const blocks = makeBlocks(publishing)

  const deny = site.page('/deny', async visit => {
    const found = await blocks.list(tenantOf(visit))
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
    await blocks.add(tenantOf(visit), blockOf(form))
    return '/deny'
  })
  const switched = (to: 'on' | 'off') =>
    site.action(`/deny/:ruleId/${to}`, async visit => {
      await blocks.enable(tenantOf(visit), visit.call.param('ruleId'), to === 'on')
      return '/deny'
    })
  const removeBlock = site.action('/deny/:ruleId/remove', async visit => {
    await blocks.remove(tenantOf(visit), visit.call.param('ruleId'))
    return '/deny'
  })

  return [deny, addBlock, switched('on'), switched('off'), removeBlock]
}
