import type {Route} from '../../../http/router.js'
import {html} from '../../../pages/html.js'
import {table} from '../../../pages/parts.js'
import {csrfField, type Site} from '../../../pages/site.js'
import type {User} from '../../../users/users.js'
import {makeApplications} from '../admin/application-actions.js'
import type {Publishing} from '../publishing.js'
import {BASE, callerOf, tenantOf} from './base.js'

/** All applications of the tenant: whose they are, to give them to another user, and to remove them. */
export function applicationPages(publishing: Publishing, site: Site<User>): readonly Route[] {
  const applications = makeApplications(publishing)
  const list = site.page('/applications', async visit => {
    const lines = (await applications.list(tenantOf(visit))).map(({uuid, name, owner, status}) => [
      name,
      owner,
      status,
      html`<details>
        <summary>Change ${name}</summary>
        <form class="fields" method="post" action="${BASE}/applications/${uuid}/owner">
          ${csrfField(visit.session)}<label>New owner<input name="owner" required value="${owner}" /></label>
          <button>Change owner</button>
        </form>
        <form method="post" action="${BASE}/applications/${uuid}/remove">
          ${csrfField(visit.session)}
          <p>Its keys and subscriptions go too.</p>
          <button class="danger">Remove</button>
        </form>
      </details>`,
    ])
    const none = html`<p class="notice">There are no applications.</p>`
    const heads = ['Name', 'Owner', 'State', 'Change']
    return {title: 'Applications', body: lines.length === 0 ? none : table('Applications', heads, lines)}
  })
  const changeOwner = site.action('/applications/:applicationId/owner', async (visit, form) => {
    const {call} = visit
    const owner = (form.get('owner') ?? '').trim()
    await applications.changeOwner(callerOf(visit), call.param('applicationId'), owner, call.correlationId)
    return '/applications'
  })
  const remove = site.action('/applications/:applicationId/remove', async visit => {
    const {call} = visit
    await applications.remove(callerOf(visit), call.param('applicationId'), call.correlationId)
    return '/applications'
  })
  return [list, changeOwner, remove]
}
