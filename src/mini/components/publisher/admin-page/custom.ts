import type {Route} from '../../../http/router.js'
import {KEY_TEMPLATE_NAMES} from '../../../hub/key-template.js'
import type {Principal} from '../../../oauth/guard.js'
import {html} from '../../../pages/html.js'
import type {Site} from '../../../pages/site.js'
import {quotaOfQuery} from '../../../policies/policy.js'
import type {User} from '../../../users/users.js'
import {makeCustomPolicies} from '../admin/custom.js'
import type {Publishing} from '../publishing.js'
import {BASE} from './base.js'
import {listPages} from './list-pages.js'
import {limitText} from './policy-form.js'

/** Where the page is, below the base. */
export const CUSTOM = '/custom-policies'

function countedText(query: string): string {
  const quota = quotaOfQuery(query)
  return quota ? limitText({...quota, amount: quota.count, unit: null}) : 'not counted: its query has no limit to read'
}

const about = html`<p>
    mini counts the calls of all tenants by each value of the key template, and reads two things of the query: its
    window, <code>timeBatch(1 min)</code>, which begins with the first call of a value, and its bound,
    <code>count(userId) &gt;= 10</code>. All else of the query is kept, but not run: a condition in it, such as one on
    the user, has no effect.
  </p>
  <p>A template may name ${KEY_TEMPLATE_NAMES.map((it, i) => html`${i > 0 && ', '}<code>${it}</code>`)}.</p>
  <p><a href="${BASE}">All other policies</a></p>`

/** Custom policies, for administrators of the super tenant. */
export function customPages(publishing: Publishing, site: Site<User>): readonly Route[] {
  const {list, add, change, remove} = makeCustomPolicies(publishing)
  const entries = async (tenant: Principal['tenant']) => (await list(tenant)).map(it => ({...it, id: it.uuid}))
  return listPages(site, {
    path: CUSTOM,
    title: 'Custom policies',
    one: 'custom policy',
    about,
    heads: ['Key template', 'Limit'],
    cells: ({keyTemplate, siddhiQuery}) => [html`<code>${keyTemplate}</code>`, countedText(siddhiQuery)],
    filled: ({description, keyTemplate, siddhiQuery}) => ({description, keyTemplate, siddhiQuery}),
    fields: (it, entry) =>
      html`${!entry && html`<label>Name<input name="name" required maxlength="60" value="${it.name}" /></label>`}
        <label>Description<input name="description" maxlength="1024" value="${it.description}" /></label>
        <label
          >Key template <small>such as $userId:$apiContext</small
          ><input name="keyTemplate" required maxlength="512" value="${it.keyTemplate}" autocomplete="off"
        /></label>
        <label
          >Siddhi query<textarea name="siddhiQuery" required maxlength="60000" spellcheck="false">
${it.siddhiQuery}</textarea>
        </label>`,
    read: form => ({
      policyName: form.get('name'),
      description: form.get('description'),
      keyTemplate: form.get('keyTemplate'),
      siddhiQuery: form.get('siddhiQuery')?.replaceAll('\r\n', '\n'),
    }),
    ...{list: entries, add, change, remove},
  })
}
