import {html, type Html} from '../../../pages/html.js'
import {csrfField, type View} from '../../../pages/site.js'
import type {Session} from '../../../pages/sessions.js'
import type {Application} from '../application-store.js'
import type {Credentials} from '../key-manager.js'
import type {ApplicationKey} from '../keys.js'
import {facts, select, table} from '../../../pages/parts.js'
import {PAGE} from './base.js'
import type {PortalUser} from './user.js'

export interface Listed {
  readonly application: Application
  readonly keys: readonly ApplicationKey[]
}

const KEY_TYPES = ['PRODUCTION', 'SANDBOX'] as const

function one({application, keys}: Listed, session: Session<PortalUser>): Html {
  const missing = KEY_TYPES.filter(type => !keys.some(({keyType}) => keyType === type))
  const path = `${PAGE}/applications/${application.uuid}`
  return html`<section class="card">
    <h2>${application.name}</h2>
    ${application.description && html`<p>${application.description}</p>`}
    ${facts([
      ['Policy', application.policy],
      ['Tokens', application.tokenType],
      ['Subscriptions', application.subscriptions],
    ])}
    ${
      keys.length > 0 &&
      table(
        `Keys of ${application.name}`,
        ['Keys', 'Consumer key', 'Grant types'],
        keys.map(it => [it.keyType, html`<code>${it.consumerKey}</code>`, it.grantTypes.join(', ')]),
      )
    }
    ${
      missing.length > 0 &&
      html`<form class="row" method="post" action="${path}/keys">
        ${csrfField(session)}
        ${select(
          'keyType',
          `New keys of ${application.name}`,
          missing.map(it => [it, it.toLowerCase()] as const),
        )}
        <button>Make keys</button>
      </form>`
    }
    <details>
      <summary>Delete ${application.name}</summary>
      <form method="post" action="${path}/delete">
        ${csrfField(session)}
        <p>Its keys and subscriptions go with it.</p>
        <button class="danger">Delete</button>
      </form>
    </details>
  </section>`
}

/** A user's applications, and a form for a new one. */
export const applicationsView = (
  listed: readonly Listed[],
  policies: readonly string[],
  session: Session<PortalUser>,
): View => ({
  title: 'Applications',
  body: html`${listed.length === 0 && html`<p class="notice">You have no applications yet.</p>`}
    ${listed.map(it => one(it, session))}
    <h2>New application</h2>
    <form class="fields" method="post" action="${PAGE}/applications">
      ${csrfField(session)}
      <label>Name<input name="name" required maxlength="100" pattern="[a-zA-Z0-9 ._\\-]+" /></label>
      ${select(
        'policy',
        'Policy',
        policies.map(it => [it, it] as const),
      )}
      ${select('tokenType', 'Tokens', [
        ['JWT', 'JWT: gateways check them by themselves'],
        ['OAUTH', 'opaque: gateways ask the key manager'],
      ])}
      <button>Create</button>
    </form>`,
})

/** New keys: the only time that the secret is shown. */
export const keysView = ({clientId, clientSecret}: Credentials, application: string): View => ({
  title: `Keys of ${application}`,
  body: html`<p class="notice">Keep the secret now: it is stored as a hash and not shown again.</p>
    ${table(
      'Keys',
      ['Consumer key', 'Consumer secret'],
      [[html`<code>${clientId}</code>`, html`<code>${clientSecret}</code>`]],
    )}
    <p><a href="${PAGE}/applications">Back to the applications</a></p>`,
})
