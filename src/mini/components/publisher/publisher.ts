import type {MakeComponent} from '../../component.js'
import {superAdmin} from '../../config/accounts.js'
import {oauthRoutes} from '../../oauth/routes.js'
import {applicationRoutes} from './admin/applications.js'
import {blockRoutes} from './admin/blocks.js'
import {categoryRoutes} from './admin/categories.js'
import {customRoutes} from './admin/custom.js'
import {keyManagerRoutes} from './admin/key-managers.js'
import {throttlingRoutes} from './admin/policies.js'
import {policySearchRoutes} from './admin/policy-search.js'
import {settingsRoutes as adminSettingsRoutes} from './admin/settings.js'
import {systemScopeRoutes} from './admin/system-scopes.js'
import {tenantRoutes} from './admin/tenants.js'
import {adminPageRoutes} from './admin-page/site.js'
import {makeAnalytics} from './analytics.js'
import {archiveRoutes} from './archive/routes.js'
import {archiveRoutes4} from './archive/routes-4.js'
import {pageRoutes} from './page/site.js'
import {makePublishing} from './publishing.js'
import {apiRoutes} from './rest/apis.js'
import {choiceRoutes} from './rest/choices.js'
import {definitionRoutes} from './rest/definition.js'
import {documentRoutes} from './rest/documents.js'
import {graphqlRoutes} from './rest/graphql.js'
import {importRoutes} from './rest/imports.js'
import {lifecycleRoutes} from './rest/lifecycle.js'
import {policyRoutes} from './rest/policies.js'
import {revisionRoutes} from './rest/revisions.js'
import {ADMIN, ADMIN_WORDS, PUBLISHER, PUBLISHER_WORDS} from './rest/scopes-of-operations.js'
import {serviceApiRoutes} from './rest/service-apis.js'
import {scopeRoutes} from './rest/scopes.js'
import {searchRoutes} from './rest/search-routes.js'
import {settingsRoutes} from './rest/settings.js'
import {subscriptionRoutes} from './rest/subscriptions.js'
import {thumbnailRoutes} from './rest/thumbnails.js'
import {versionRoutes} from './rest/versions.js'
import {beginOnce} from './start.js'

const DEFAULT_POLICIES = 'default throttling policies'

/** The publisher of the built-in release: the REST APIs of publishers and admins, and what they cause at gateways and traffic managers. */
export const makePublisher: MakeComponent = context => {
  const publishing = makePublishing(context)
  const analytics = makeAnalytics(context)
  const start = beginOnce(publishing, context.changed)
  const isNew = publishing.face === '4'
  return {
    apis: [
      {base: PUBLISHER, name: 'Publisher', words: PUBLISHER_WORDS},
      {base: ADMIN, name: 'Admin', words: ADMIN_WORDS},
      // The one that was there before v1; 4.x has it no more.
      ...(isNew ? [] : [{base: '/api/am/admin/v0.17', name: 'Admin v0.17'}]),
    ],
    routes: {
      management: [
        ...oauthRoutes(publishing),
        ...archiveRoutes(publishing),
        ...applicationRoutes(publishing),
        ...lifecycleRoutes(publishing),
        ...versionRoutes(publishing),
        ...searchRoutes(publishing),
        // 4.x's come first: a path of 3.2.0's has another meaning there.
        ...(isNew
          ? [
              ...revisionRoutes(publishing),
              ...serviceApiRoutes(publishing),
              ...archiveRoutes4(publishing),
              ...policySearchRoutes(publishing),
            ]
          : []),
        ...choiceRoutes(publishing),
        ...graphqlRoutes(publishing),
        ...apiRoutes(publishing),
        ...definitionRoutes(publishing),
        ...importRoutes(publishing),
        ...documentRoutes(publishing),
        ...thumbnailRoutes(publishing),
        ...subscriptionRoutes(publishing),
        ...scopeRoutes(publishing),
        ...policyRoutes(publishing),
        ...settingsRoutes(publishing),
        ...throttlingRoutes(publishing),
        ...categoryRoutes(publishing),
        ...customRoutes(publishing),
        ...blockRoutes(publishing),
        ...adminSettingsRoutes(publishing, analytics),
        ...keyManagerRoutes(publishing),
        ...systemScopeRoutes(publishing),
        ...pageRoutes(publishing, analytics),
        ...adminPageRoutes(publishing, analytics),
        ...tenantRoutes(publishing, superAdmin(context.config.settings).username),
      ],
    },
    waitingFor: () => (start.done() ? [] : [DEFAULT_POLICIES]),
    close: () => {
      start.close()
      publishing.close()
    },
  }
}
