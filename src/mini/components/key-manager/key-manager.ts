import type {MakeComponent} from '../../component.js'
import {oauthNode} from '../../oauth/node-guard.js'
import {oauthRoutes} from '../../oauth/routes.js'
import {keepTokensFew} from './cleaning.js'
import {keyManagerOperations} from './dcr.js'
import {makeNotifier} from './notifier.js'
import {scopeRoutes} from './scope-api.js'
import {makeSuperAdmin} from './super-admin.js'
import {tenantRoute} from './tenant-admin.js'
import {userInfoRoutes} from './user-info.js'

/** The key manager of the built-in release: users, tenants, OAuth applications, tokens and scopes. */
export const makeKeyManager: MakeComponent = context => {
  const node = oauthNode(context)
  const notifier = makeNotifier(context)
  const admin = makeSuperAdmin(context, node.shared)
  const stopCleaning = keepTokensFew(node.apim, context.log)
  return {
    apis: [
      {base: '/api/identity/oauth2/v1.0', name: 'OAuth scopes'},
      {base: '/keymanager-operations', name: 'key manager operations'},
    ],
    routes: {
      management: [
        ...oauthRoutes(node, notifier.tell),
        ...keyManagerOperations(node, notifier.tell),
        ...userInfoRoutes(node),
        ...scopeRoutes(node),
        tenantRoute(node),
      ],
    },
    waitingFor: admin.waitingFor,
    close: () => {
      admin.close()
      stopCleaning()
      notifier.close()
    },
  }
}
