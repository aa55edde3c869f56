import {html, type Html} from '../../../pages/html.js'
import {csrfField, type View} from '../../../pages/site.js'
import type {Session} from '../../../pages/sessions.js'
import type {Application} from '../application-store.js'
import type {IssuedToken} from '../key-manager.js'
import {isOwnKey, type ApplicationKey} from '../keys.js'
import {counted, facts, select, table} from '../../../pages/parts.js'
import {applicationFields, type Asked, type Choices} from './application-form.js'
import {backToApplications, PAGE} from './base.js'
import {keyPath} from './keys.js'
import type {PortalUser} from './user.js'

export interface Listed {
  readonly application: Application
  readonly keys: readonly ApplicationKey[]
}

const KEY_TYPES = ['PRODUCTION', 'SANDBOX'] as const

function one({application, keys}: Listed, session: Session<PortalUser>): Html {
  const missing = KEY_TYPES.filter(type => !keys.some(({keyType}) => keyType === type))
  const path = `${PAGE}/applications/${application.uuid}`
  const tokenKeys = keys.filter(it => isOwnKey(it) && it.grantTypes.includes('client_credentials'))
  return html`<section class="card">
    <h2>${application.name}</h2>
    ${application.description && html`<p>${application.description}</p>`}
    ${facts([
      ['Policy', application.policy],
      ['Tokens', application.tokenType],
      ['Subscriptions', application.subscriptions],
    ])}
    <p><a href="${path}/edit">Change ${application.name}</a></p>
    ${
      keys.length > 0 &&
      table(
        `Keys of ${application.name}`,
        ['Keys', 'Consumer key', 'Grant types', 'Change'],
        keys.map(it => [
          it.keyType,
          html`<code>${it.consumerKey}</code>`,
          it.grantTypes.join(', '),
          isOwnKey(it) ? html`<a href="${PAGE}${keyPath(application, it)}">Change or renew</a>` : `at ${it.keyManager}`,
        ]),
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
    ${
      tokenKeys.length > 0 &&
      html`<details>
        <summary>New token of ${application.name}</summary>
        <form class="fields" method="post" action="${path}/token">
          ${csrfField(session)}
          ${select(
            'key',
            'For',
            tokenKeys.map(it => [it.uuid, it.keyType.toLowerCase()] as const),
          )}
          <label>Scopes <small>with blanks</small><input name="scopes" maxlength="2000" /></label>
          <label
            >Seconds that it is good <small>without a number: as the key manager has it</small
            ><input name="seconds" type="number" min="1" max="31536000"
          /></label>
          <label
            >Consumer secret <small>only where the key manager keeps nothing but its hash</small
            ><input name="secret" type="password" autocomplete="off"
          /></label>
          <button>Make token</button>
        </form>
      </details>`
    }
    <details>
      <summary>New API key of ${application.name}</summary>
      <form class="fields" method="post" action="${path}/api-key">
        ${csrfField(session)}
        ${select(
          'keyType',
          'For',
          KEY_TYPES.map(it => [it, it.toLowerCase()] as const),
        )}
        <label
          >Days that it is good <small>without a number: for ever</small
          ><input name="days" type="number" min="1" max="3650"
        /></label>
        <label
          >Only from these addresses <small>such as 10.1.0.0/16, 127.0.0.1</small
          ><input name="permittedIP" maxlength="2000"
        /></label>
        <label
          >Only from these pages <small>such as https://a.example/*</small
          ><input name="permittedReferer" maxlength="2000"
        /></label>
        <button>Make API key</button>
      </form>
    </details>
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

/** What a form of an application offers, and has been filled in with. */
interface Form {
  readonly choices: Choices
  readonly given?: Asked | undefined
}

/** A user's applications, and a form for a new one. */
export const applicationsView = (
  listed: readonly Listed[],
  {choices, given}: Form,
  session: Session<PortalUser>,
): View => ({
  title: 'Applications',
  body: html`${listed.length === 0 && html`<p class="notice">You have no applications yet.</p>`}
    ${listed.map(it => one(it, session))}
    <h2>New application</h2>
    <form class="fields" method="post" action="${PAGE}/applications">
      ${csrfField(session)}${applicationFields(choices, given)}<button>Create</button>
    </form>`,
})

/** A form that changes an application. */
export const editView = ({name, uuid}: Application, {choices, given}: Form, session: Session<PortalUser>): View => ({
  title: `${name}: change`,
  body: html`<form class="fields" method="post" action="${PAGE}/applications/${uuid}/edit">
      ${csrfField(session)}${applicationFields(choices, given)}<button>Save</button>
    </form>
    ${backToApplications}`,
})

/** A new token of an application. */
export const tokenView = ({accessToken, validityTime, tokenScopes}: IssuedToken, application: string): View => ({
  title: `Token of ${application}`,
  body: html`<p class="notice">Keep the token now: it is not shown again.</p>
    <pre tabindex="0" role="region" aria-label="Access token"><code>${accessToken}</code></pre>
    ${facts([
      ['Good for', validityTime < 0 ? 'ever' : counted(validityTime, 'second')],
      ['Scopes', tokenScopes.join(', ') || 'none'],
    ])}
    <p>Send it in the header <code>Authorization</code>, as <code>Bearer</code> and the token.</p>
    ${backToApplications}`,
})

/** A new API key: the only time that it is shown. */
export const apiKeyView = (apikey: string, application: string): View => ({
  title: `API key of ${application}`,
  body: html`<p class="notice">Keep the key now: it is stored nowhere and not shown again.</p>
    <pre tabindex="0" role="region" aria-label="API key"><code>${apikey}</code></pre>
    <p>
      It opens the APIs that ${application} is subscribed to now, and that take API keys: send it in the header
      <code>apikey</code>. After another subscription, make a new one.
    </p>
    ${backToApplications}`,
})
