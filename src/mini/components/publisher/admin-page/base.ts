import type {Principal} from '../../../oauth/guard.js'
import type {Html} from '../../../pages/html.js'
import {html} from '../../../pages/html.js'
import {csrfField, type Visit} from '../../../pages/site.js'
import type {User} from '../../../users/users.js'

export const BASE = '/admin'

/** Whose things an administrator sees and changes. */
export const tenantOf = ({session: {user}}: Visit<User>): Principal['tenant'] => ({id: user.id, domain: user.domain})

export const ownerOf = (visit: Visit<User>) => ({tenant: tenantOf(visit)})

/** An administrator as REST's callers are known. */
export const callerOf = (visit: Visit<User>): Principal => ({
  ...{name: visit.session.user.name, tenant: tenantOf(visit), consumerKey: '', scopes: []},
})

/** A button that does something at once. */
export const button = ({session}: Visit<User>, action: string, text: string): Html =>
  html`<form method="post" action="${BASE}${action}">${csrfField(session)}<button class="quiet">${text}</button></form>`
