import type {Route} from '../../../http/router.js'
import {badRequest} from '../../../http/fault.js'
import {orAgain} from '../../../pages/again.js'
import {html} from '../../../pages/html.js'
import {facts, table} from '../../../pages/parts.js'
import type {Session} from '../../../pages/sessions.js'
import {csrfField, type Site, type View, type Visit} from '../../../pages/site.js'
import {ownApplication, type Application} from '../application-store.js'
import type {Credentials} from '../key-manager.js'
import {GRANT_TYPES} from '../key-managers.js'
import {changeKey} from '../key-routes.js'
import {addKey, checkOwn, keyOf, newSecretOf, type ApplicationKey} from '../keys.js'
import type {Portal} from '../portal.js'
import {backToApplications, PAGE} from './base.js'
import type {PortalUser} from './user.js'

/** Of keys that are made on the page: a test token needs client_credentials, a user's login the others. */
const FIRST_GRANT_TYPES = ['client_credentials', 'password', 'refresh_token']

/** Where one key of an application is changed, below the base. */
export const keyPath = ({uuid}: Pick<Application, 'uuid'>, key: Pick<ApplicationKey, 'uuid'>) =>
  `/applications/${uuid}/keys/${key.uuid}`

/** New keys, or a new secret: the only time that it is shown. */
const credentialsView = ({clientId, clientSecret}: Credentials, application: string): View => ({
  title: `Keys of ${application}`,
  body: html`<p class="notice">Keep the secret now: it is not shown again on these pages.</p>
    ${table(
      'Keys',
      ['Consumer key', 'Consumer secret'],
      [[html`<code>${clientId}</code>`, html`<code>${clientSecret}</code>`]],
    )}
    ${backToApplications}`,
})

type May = Pick<ApplicationKey, 'grantTypes' | 'callbackUrl'>

/** A key, and forms to change it; `given` is what it may do, or was typed. */
function keyView(application: Application, key: ApplicationKey, given: May, session: Session<PortalUser>): View {
  const path = `${PAGE}${keyPath(application, key)}`
  // Those too that were given it by other means.
  const offered = [...new Set([...GRANT_TYPES, ...key.grantTypes, ...given.grantTypes])]
  return {
    title: `${application.name}: ${key.keyType.toLowerCase()} keys`,
    body: html`${facts([['Consumer key', html`<code>${key.consumerKey}</code>`]])}
      <form class="fields" method="post" action="${path}">
        ${csrfField(session)}
        <fieldset>
          <legend>Grant types</legend>
          ${offered.map(
            it =>
              html`<label class="check"
                ><input
                  type="checkbox"
                  name="grantType"
                  value="${it}"
                  ${given.grantTypes.includes(it) && html`checked`}
                />${it}</label
              >`,
          )}
        </fieldset>
        <label
          >Callback URL <small>where authorization_code leads users back to; several with commas</small
          ><input name="callbackUrl" maxlength="2048" value="${given.callbackUrl}"
        /></label>
        <button>Save</button>
      </form>
      <h2>New secret</h2>
      <form method="post" action="${path}/secret">
        ${csrfField(session)}
        <p>From then on the old secret is refused.</p>
        <button class="danger">Make a new secret</button>
      </form>
      ${backToApplications}`,
  }
}

/** What a form says that a key may do. */
const mayIn = (form: URLSearchParams, {callbackUrl}: ApplicationKey): May => ({
  grantTypes: form.getAll('grantType'),
  callbackUrl: form.has('callbackUrl') ? form.get('callbackUrl') || null : callbackUrl,
})

/** Pages that make the keys of an application, change them and renew their secrets. */
export function keyPages(portal: Portal, site: Site<PortalUser>): readonly Route[] {
  const of = ({call, session: {user}}: Visit<PortalUser>) =>
    ownApplication(portal, user.principal, call.param('applicationId'))
  const one = async (visit: Visit<PortalUser>) => {
    const application = await of(visit)
    const key = await keyOf(portal, application, visit.call.param('key'))
    checkOwn(key)
    return {application, key}
  }
  const shown = ({user}: Session<PortalUser>, credentials: Credentials, {name}: Application): View => {
    user.secrets.set(credentials.clientId, credentials.clientSecret)
    return credentialsView(credentials, name)
  }
  const path = '/applications/:applicationId/keys'
  return [
    site.action(path, async (visit, form) => {
      const application = await of(visit)
      const keyType = form.get('keyType')
      if (keyType !== 'PRODUCTION' && keyType !== 'SANDBOX') throw badRequest('The keys are PRODUCTION or SANDBOX')
      const {domain} = visit.session.user.principal.tenant
      const request = {keyType, grantTypes: FIRST_GRANT_TYPES, callbackUrl: null} as const
      const {credentials} = await addKey(portal, domain, application, request, visit.call.correlationId)
      return shown(visit.session, credentials, application)
    }),
    site.page(`${path}/:key`, async visit => {
      const {application, key} = await one(visit)
      return keyView(application, key, key, visit.session)
    }),
    site.action(`${path}/:key`, async (visit, form) => {
      const {application, key} = await one(visit)
      const may = mayIn(form, key)
      const asked = {supportedGrantTypes: may.grantTypes, callbackUrl: may.callbackUrl}
      return orAgain(
        async () => {
          await changeKey(portal, application, key, asked, visit.call.correlationId)
          return '/applications'
        },
        () => keyView(application, key, may, visit.session),
      )
    }),
    site.action(`${path}/:key/secret`, async visit => {
      const {application, key} = await one(visit)
      return shown(visit.session, await newSecretOf(portal, key, visit.call.correlationId), application)
    }),
  ]
}
