import {z} from 'zod'
import {checked} from '../../../http/body.js'
import type {Route} from '../../../http/router.js'
import {orAgain} from '../../../pages/again.js'
import type {Site, Visit} from '../../../pages/site.js'
import {wordsOf} from '../../../words.js'
import {API_KEY_LIMITS, apiKeyType, makeApiKey} from '../api-keys.js'
import {applicationsOf, ownApplication} from '../application-store.js'
import {
  applicationBody,
  applicationIn,
  createApplication,
  removeApplication,
  updateApplication,
} from '../applications.js'
import {checkOwn, keyOf, keysOf} from '../keys.js'
import {policiesOf} from '../policies.js'
import type {Portal} from '../portal.js'
import {subscriberOf} from '../subscribers.js'
import {askedIn, askedOf, type Asked, type Choices} from './application-form.js'
import {apiKeyView, applicationsView, editView, tokenView} from './applications.js'
import {keyPages} from './keys.js'
import {secretFor} from './try-out.js'
import type {PortalUser} from './user.js'

/** What a form says of a token. */
const TOKEN = z.object({
  scopes: z.string().max(2000),
  seconds: z.coerce.number().int().min(1).max(31_536_000).optional(),
})

/** Pages of a user's own applications. */
export function applicationPages(portal: Portal, site: Site<PortalUser>): readonly Route[] {
  const own = ({call, session: {user}}: Visit<PortalUser>) =>
    ownApplication(portal, user.principal, call.param('applicationId'))
  const choices = async ({session}: Visit<PortalUser>): Promise<Choices> => {
    const policies = await policiesOf(portal, 'application', session.user.principal.tenant.id)
    return {policies: policies.map(({name}) => name), asked: portal.askedAttributes}
  }
  const list = async (visit: Visit<PortalUser>, given?: Asked) => {
    const mine = await applicationsOf(portal.apim, await subscriberOf(portal, visit.session.user.principal))
    const listed = []
    for (const application of mine) listed.push({application, keys: await keysOf(portal, application)})
    return applicationsView(listed, {choices: await choices(visit), given}, visit.session)
  }
  const path = '/applications/:applicationId'

  return [
    site.page('/applications', visit => list(visit)),
    site.action('/applications', (visit, form) => {
      const asked = askedIn(form)
      return orAgain(
        async () => {
          const given = applicationIn(portal, checked(applicationBody, asked))
          await createApplication(portal, visit.session.user.principal, given)
          return '/applications'
        },
        () => list(visit, asked),
      )
    }),
    site.page(`${path}/edit`, async visit => {
      const application = await own(visit)
      return editView(application, {choices: await choices(visit), given: askedOf(application)}, visit.session)
    }),
    site.action(`${path}/edit`, async (visit, form) => {
      const application = await own(visit)
      const {call, session} = visit
      const asked = askedIn(form, askedOf(application))
      return orAgain(
        async () => {
          const given = applicationIn(portal, checked(applicationBody, asked), application)
          await updateApplication(portal, session.user.principal, application, given, call.correlationId)
          return '/applications'
        },
        async () => editView(application, {choices: await choices(visit), given: asked}, session),
      )
    }),
    ...keyPages(portal, site),
    site.action(`${path}/token`, async (visit, form) => {
      const {call, session} = visit
      const application = await own(visit)
      const key = await keyOf(portal, application, form.get('key') ?? '')
      checkOwn(key)
      const clientSecret = await secretFor(portal, session.user, key, form.get('secret'), call.correlationId)
      const {scopes, seconds} = checked(TOKEN, {
        scopes: form.get('scopes') ?? '',
        seconds: form.get('seconds') || undefined,
      })
      const client = {clientId: key.consumerKey, clientSecret}
      return tokenView(
        await portal.keyManager.token(client, wordsOf(scopes), seconds, call.correlationId),
        application.name,
      )
    }),
    site.action(`${path}/api-key`, async (visit, form) => {
      const application = await own(visit)
      const keyType = apiKeyType(form.get('keyType') ?? '')
      const validity = {
        validityPeriod: Number(form.get('days') || 0) * 24 * 60 * 60 || -1,
        permittedIP: form.get('permittedIP') ?? '',
        permittedReferer: form.get('permittedReferer') ?? '',
      }
      const {principal} = visit.session.user
      const key = await makeApiKey(portal, principal, application, keyType, checked(API_KEY_LIMITS, validity))
      return apiKeyView(key.apikey, application.name)
    }),
    site.action(`${path}/delete`, async visit => {
      const {call, session} = visit
      await removeApplication(portal, session.user.principal, await own(visit), call.correlationId)
      return '/applications'
    }),
  ]
}
