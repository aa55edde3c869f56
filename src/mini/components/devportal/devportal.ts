import type {MakeComponent} from '../../component.js'
import {logInToAnalytics} from '../../events/analytics.js'
import {oauthRoutes} from '../../oauth/routes.js'
import {apiKeyRoutes} from './api-keys.js'
import {apiRoutes} from './apis.js'
import {applicationRoutes} from './applications.js'
import {documentRoutes} from './documents.js'
import {keyRoutes} from './key-routes.js'
import {opinionRoutes} from './opinions.js'
import {portalPages} from './page/site.js'
import {policyRoutes} from './policies.js'
import {BASE, makePortal} from './portal.js'
import {settingsRoutes} from './settings.js'
import {signUpRoutes} from './sign-up.js'
import {subscriptionRoutes} from './subscriptions.js'

/** The devportal of the built-in release: finding APIs, applications, their keys and subscriptions. */
export const makeDevportal: MakeComponent = context => {
  const portal = makePortal(context)
  logInToAnalytics(context)
  return {
    apis: [
      {base: BASE, name: 'store', words: ['/subscriptions/multiple']},
      {base: '/api/identity/user/v1.0', name: 'identity user'},
    ],
    routes: {
      management: [
        ...oauthRoutes(portal),
        ...apiRoutes(portal),
        ...documentRoutes(portal),
        ...applicationRoutes(portal),
        ...keyRoutes(portal),
        ...apiKeyRoutes(portal),
        ...subscriptionRoutes(portal),
        ...opinionRoutes(portal),
        ...policyRoutes(portal),
        ...settingsRoutes(portal),
        ...signUpRoutes(portal),
        ...portalPages(portal, context.peers),
      ],
    },
  }
}
