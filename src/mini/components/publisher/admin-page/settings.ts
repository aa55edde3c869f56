import type {Route} from '../../../http/router.js'
import {orNone} from '../../../pages/api-parts.js'
import {html} from '../../../pages/html.js'
import {facts, table} from '../../../pages/parts.js'
import type {Site} from '../../../pages/site.js'
import type {User} from '../../../users/users.js'
import {systemScopes} from '../admin/system-scopes.js'
import type {Analytics} from '../analytics.js'
import type {Publishing} from '../publishing.js'
import {keyManagersOf} from '../../../oauth/key-manager-store.js'

/** What is set by the configuration of this node, and who may do what: to be seen, not to be changed here. */
export const settingsPage = ({environments, apim, shared}: Publishing, analytics: Analytics, site: Site<User>): Route =>
  site.page('/settings', async ({session: {user}}) => {
    const keyManagers = await keyManagersOf(apim, user.domain)
    const gateways = environments.map(({name, type, serviceUrl, endpoints}) => [
      name,
      type,
      html`<code>${serviceUrl}</code>`,
      html`<code>${endpoints.https}</code>`,
    ])
    const scopes = (await systemScopes({shared}, user)).map(({name, roles}) => [
      html`<code>${name}</code>`,
      roles.join(', '),
    ])
    const body = html`${facts([
        ['Tenant', user.domain],
        ['Analytics', analytics.enabled ? 'on' : 'off'],
        ['Key managers', orNone(keyManagers.map(it => (it.enabled ? it.name : `${it.name} (disabled)`)))],
        ['Workflows', 'everything is approved at once'],
      ])}
      <p class="quiet">These are set in <code>deployment.toml</code>.</p>
      <h2>Gateway environments</h2>
      ${table('Gateway environments', ['Name', 'Type', 'Server', 'Calls at'], gateways)}
      <h2>Who may do what</h2>
      ${table('Scopes of the REST APIs', ['Scope', 'Roles'], scopes)}`
    return {title: 'Settings', body}
  })
