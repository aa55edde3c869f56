import type {Route} from '../../../http/router.js'
import {isAdministrator} from '../../../oauth/administrator.js'
import {makeSite} from '../../../pages/site.js'
import {authenticate, fullName, type User} from '../../../users/users.js'
import type {Analytics} from '../analytics.js'
import type {Publishing} from '../publishing.js'
import {applicationPages} from './applications.js'
import {BASE} from './base.js'
import {categoryPages} from './categories.js'
import {customPages} from './custom.js'
import {denyPages} from './deny.js'
import {labelPages} from './labels.js'
import {policyPages} from './policies.js'
import {settingsPage} from './settings.js'

/** The page of administrators: what its REST API has, for who has no client of it. */
export function adminPageRoutes(publishing: Publishing, analytics: Analytics): readonly Route[] {
  const {shared} = publishing
  const site = makeSite<User>({
    base: BASE,
    title: 'Admin Portal',
    nav: [
      ['', 'Policies'],
      ['/deny', 'Deny rules'],
      ['/applications', 'Applications'],
      ['/categories', 'Categories'],
      ['/labels', 'Labels'],
      ['/settings', 'Settings'],
    ],
    signIn: async account => {
      const user = await authenticate(shared, account)
      return user && (await isAdministrator(shared, user)) ? user : undefined
    },
    nameOf: fullName,
  })
  return [
    ...site.routes,
    ...policyPages(publishing, site),
    ...customPages(publishing, site),
    ...denyPages(publishing, site),
    ...applicationPages(publishing, site),
    ...categoryPages(publishing, site),
    ...labelPages(publishing, site),
    settingsPage(publishing, analytics, site),
    site.missing,
  ]
}
