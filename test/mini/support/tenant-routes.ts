import type {Method} from '../../../src/mini/http/router.js'
import type {ComponentName} from '../../../src/mini/profiles.js'
import type {AskOptions} from '../../support/ask.js'
import {CUSTOM, keyManager, soap, type World} from './tenant-world.js'

/**
 * What someone of another tenant gets.
 * theirs: it is there for its own tenant only. own: the caller's own, be it a list or nothing. refused: the body names something of
 * another tenant. makes: the caller's own of a name that another tenant has too. open: the same for everyone.
 */
type Kind = 'theirs' | 'own' | 'refused' | 'makes' | 'open'

/** A route of a REST API, and what is asked of it about a tenant's things. */
export interface Crossing {
  readonly kind: Kind
  readonly on: readonly ComponentName[]
  readonly method: Method
  /** As the components register it. */
  readonly path: string
  /** Values of the path's parameters, and of the query. */
  readonly ids: (of: World) => Readonly<Record<string, string>>
  readonly query: (of: World) => Readonly<Record<string, string>>
  /** What is sent beside the caller's account: about things of `of`, by someone whose own things are `own`. */
  readonly send: (of: World, own: World) => AskOptions
  readonly account: 'bearer' | 'basic' | 'none'
  /** Changes nothing, whatever its method. */
  readonly reads: boolean
  /** Whether what its own tenant is shown has the tenant's marker in it. */
  readonly marked: boolean
  /** Tells the names of tenants, as the product does. */
  readonly namesTenants: boolean
  /** The super tenant's administrators may, of all tenants. */
  readonly superMay: boolean
  /** The super tenant's alone have such a thing. */
  readonly superOnly: boolean
}

type Options = Partial<Omit<Crossing, 'kind' | 'method' | 'path'>>
type Row = readonly [Kind, Method, string, Options?]

const section = (base: string, common: Options, rows: readonly Row[]): readonly Crossing[] =>
  rows.map(([kind, method, path, options = {}]) => ({
    kind,
    method,
    path: `${base}${path}`,
    on: ['publisher'],
    query: () => ({}),
    send: () => ({}),
    account: 'bearer',
    reads: method === 'GET',
    marked: method === 'GET' && kind !== 'open',
    namesTenants: false,
    superMay: false,
    superOnly: false,
    ids: () => ({}),
    ...common,
    ...options,
  }))

const unmarked = {marked: false}
const json = (of: (it: World, own: World) => unknown): Options => ({send: (it, own) => ({json: of(it, own)})})

const LIMIT = {type: 'REQUESTCOUNTLIMIT', requestCount: {requestCount: 1, timeUnit: 'min', unitTime: 1}}
const policy = json(({policyName}) => ({policyName, description: 'taken', defaultLimit: LIMIT}))
const api = ({apiName, marker}: World) => ({
  name: apiName,
  context: `/${marker}`,
  version: '1.0.0',
  policies: ['Unlimited'],
})
const application = ({applicationName: name}: World, throttlingPolicy = 'Unlimited') => ({name, throttlingPolicy})
const DEFINITION = {openapi: '3.0.1', info: {}, paths: {'/taken': {get: {}}}}
const DOCUMENT = {name: 'taken', type: 'HOWTO', sourceType: 'INLINE', visibility: 'API_LEVEL'}
/** A form with a file. */
const form = (text: string): Options => ({
  send: () => ({
    headers: {'content-type': 'multipart/form-data; boundary=b'},
    body: `--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n${text}\r\n--b--\r\n`,
  }),
})
const SCOPE = {displayName: 'taken', bindings: []}

const roleId = (name: string) => Buffer.from(name).toString('base64url')

const PUBLISHER = section(
  '/api/am/publisher/v1',
  {ids: ({apiId, scopeId, documentId}) => ({apiId, scopeId, documentId, policyLevel: 'subscription'})},
  [
    ['own', 'GET', '/apis'],
    ['theirs', 'GET', '/apis/:apiId'],
    ['theirs', 'GET', '/apis/:apiId/swagger'],
    ['theirs', 'GET', '/apis/:apiId/lifecycle-state', unmarked],
    ['theirs', 'GET', '/apis/:apiId/lifecycle-history', unmarked],
    ['theirs', 'DELETE', '/apis/:apiId/lifecycle-state/pending-tasks'],
    ['theirs', 'POST', '/apis/validate', {reads: true, query: ({apiName}) => ({query: `name:${apiName}`})}],
    ['own', 'GET', '/search'],
    ['own', 'GET', '/search', {query: () => ({query: 'doc:*'})}],
    ['open', 'GET', '/tenants', {namesTenants: true}],
    ['open', 'GET', '/tenants/:tenantDomain', {ids: it => ({tenantDomain: it.domain}), namesTenants: true}],
    ['own', 'GET', '/api-products', unmarked],
    ['own', 'GET', '/api-categories'],
    ['own', 'GET', '/labels'],
    ['own', 'GET', '/key-managers', unmarked],
    ['open', 'GET', '/deployments'],
    ['theirs', 'GET', '/apis/:apiId/deployments', unmarked],
    ['theirs', 'GET', '/apis/:apiId/monetization', unmarked],
    ['own', 'GET', '/roles/:roleId', {ids: () => ({roleId: roleId('Internal/creator')}), ...unmarked}],
    ['own', 'GET', '/me/roles/:roleId', {ids: () => ({roleId: roleId('Internal/everyone')}), ...unmarked}],
    ['theirs', 'GET', '/apis/:apiId/resource-paths', unmarked],
    ['theirs', 'GET', '/apis/:apiId/subscription-policies', unmarked],
    [
      'theirs',
      'GET',
      '/subscriptions/:subscriptionId/subscriber-info',
      {ids: ({subscriptionId}) => ({subscriptionId}), ...unmarked},
    ],
    ['theirs', 'POST', '/apis/copy-api', {query: ({apiId}) => ({apiId, newVersion: '9.0.0'})}],
    ['own', 'GET', '/subscriptions'],
    ['theirs', 'GET', '/subscriptions', {query: ({apiId}) => ({apiId})}],
    ['own', 'GET', '/scopes'],
    ['theirs', 'GET', '/scopes/:scopeId'],
    ['theirs', 'GET', '/scopes/:scopeId/usage'],
    ['own', 'GET', '/throttling-policies/:policyLevel'],
    ['own', 'GET', '/throttling-policies/:policyLevel', {ids: () => ({policyLevel: 'api'})}],
    [
      'theirs',
      'GET',
      '/throttling-policies/:policyLevel/:policyName',
      {ids: ({policyName}) => ({policyLevel: 'subscription', policyName})},
    ],
    [
      'theirs',
      'GET',
      '/throttling-policies/:policyLevel/:policyName',
      {ids: ({policyName}) => ({policyLevel: 'api', policyName})},
    ],
    ['open', 'GET', '/settings'],
    ['open', 'GET', '/settings/gateway-environments'],
    ['theirs', 'PUT', '/apis/:apiId', json(of => ({...api(of), description: 'taken'}))],
    ['theirs', 'PUT', '/apis/:apiId/swagger', json(() => DEFINITION)],
    ['theirs', 'GET', '/apis/export', {query: ({apiId}) => ({apiId}), ...unmarked}],
    ['theirs', 'GET', '/apis/:apiId/thumbnail', unmarked],
    ['theirs', 'PUT', '/apis/:apiId/thumbnail', form('taken')],
    ['theirs', 'GET', '/apis/:apiId/documents'],
    ['theirs', 'POST', '/apis/:apiId/documents', json(() => DOCUMENT)],
    ['theirs', 'POST', '/apis/:apiId/documents/validate', {reads: true, query: ({documentName: name}) => ({name})}],
    ['theirs', 'GET', '/apis/:apiId/documents/:documentId'],
    ['theirs', 'PUT', '/apis/:apiId/documents/:documentId', json(() => DOCUMENT)],
    ['theirs', 'GET', '/apis/:apiId/documents/:documentId/content'],
    ['theirs', 'POST', '/apis/:apiId/documents/:documentId/content', form('taken')],
    ['theirs', 'DELETE', '/apis/:apiId/documents/:documentId'],
    ['refused', 'POST', '/apis/import-openapi', form('{}')],
    ['refused', 'POST', '/apis/import-graphql-schema', form('{}')],
    ['open', 'POST', '/apis/validate-graphql-schema', {reads: true, ...form('type Query { a: Int }')}],
    ['theirs', 'GET', '/apis/:apiId/graphql-schema', {ids: ({graphId: apiId}) => ({apiId}), ...unmarked}],
    ['theirs', 'PUT', '/apis/:apiId/graphql-schema', {ids: ({graphId: apiId}) => ({apiId}), ...form('taken')}],
    ['open', 'POST', '/apis/validate-openapi', {reads: true, ...form('{}')}],
    [
      'open',
      'POST',
      '/apis/validate-endpoint',
      {reads: true, query: () => ({endpointUrl: 'http://localhost:1/'}), ...unmarked},
    ],
    ['theirs', 'PUT', '/scopes/:scopeId', json(() => SCOPE)],
    [
      'theirs',
      'POST',
      '/subscriptions/block-subscription',
      {query: ({subscriptionId}) => ({subscriptionId, blockState: 'BLOCKED'})},
    ],
    ['theirs', 'POST', '/subscriptions/unblock-subscription', {query: ({subscriptionId}) => ({subscriptionId})}],
    [
      'refused',
      'POST',
      '/apis',
      json(({policyName}) => ({name: 'other', context: '/other', version: '1.0.0', policies: [policyName]})),
    ],
    ['makes', 'POST', '/apis', json(api)],
    ['makes', 'POST', '/scopes', json(({scopeName: name}) => ({name, ...SCOPE}))],
  ],
)

const admin = (level: string, idOf: (of: World) => string): readonly Crossing[] =>
  section(`/api/am/admin/v1/throttling/policies/${level}`, {ids: of => ({policyId: idOf(of)})}, [
    ['own', 'GET', ''],
    ['theirs', 'GET', '/:policyId'],
    ['theirs', 'PUT', '/:policyId', policy],
    ['theirs', 'DELETE', '/:policyId'],
    ['makes', 'POST', '', policy],
  ])

const named = (kind: string) => json(({marker}) => ({name: `${marker}-${kind}`, description: 'taken'}))
const rule = json(() => ({policyName: 'Taken', description: 'taken', ...CUSTOM}))
const blockOf = (conditionType: string, of: (it: World) => string) =>
  json(it => ({conditionType, conditionValue: of(it)}))

const ADMIN: readonly Crossing[] = [
  ...admin('advanced', it => it.advancedId),
  ...admin('application', it => it.applicationPolicyId),
  ...admin('subscription', it => it.subscriptionPolicyId),
  ...section('/api/am/admin/v1/throttling/policies/custom', {superOnly: true, ids: ({ruleId}) => ({ruleId})}, [
    ['theirs', 'GET', ''],
    ['theirs', 'GET', '/:ruleId'],
    ['theirs', 'POST', '', rule],
    ['theirs', 'PUT', '/:ruleId', rule],
    ['theirs', 'DELETE', '/:ruleId'],
  ]),
  ...section('/api/am/admin/v1/throttling/blacklist', {ids: ({conditionId}) => ({conditionId})}, [
    ['own', 'GET', ''],
    ['theirs', 'GET', '/:conditionId'],
    [
      'refused',
      'POST',
      '',
      blockOf('API', ({domain, marker}) =>
        domain === 'carbon.super' ? `/${marker}/1.0.0` : `/t/${domain}/${marker}/1.0.0`,
      ),
    ],
    [
      'refused',
      'POST',
      '',
      blockOf('APPLICATION', ({admin: {basic}, applicationName}) => `${basic.split(':')[0]}:${applicationName}`),
    ],
    ['refused', 'POST', '', blockOf('USER', ({domain, marker}) => `${marker}-nobody@${domain}`)],
    ['theirs', 'PATCH', '/:conditionId', json(() => ({conditionStatus: false}))],
    ['theirs', 'DELETE', '/:conditionId'],
  ]),
  ...section('/api/am/admin/v1', {ids: ({categoryId, labelId}) => ({apiCategoryId: categoryId, labelId})}, [
    ['own', 'GET', '/api-categories'],
    ['theirs', 'PUT', '/api-categories/:apiCategoryId', named('category')],
    ['makes', 'POST', '/api-categories', named('category')],
    ['own', 'GET', '/labels'],
    ['theirs', 'PUT', '/labels/:labelId', named('label')],
    ['makes', 'POST', '/labels', named('label')],
  ]),
  ...section('/api/am/admin/v1', {ids: ({keyManagerId}) => ({keyManagerId})}, [
    ['theirs', 'GET', '/key-managers/:keyManagerId'],
    ['theirs', 'PUT', '/key-managers/:keyManagerId', json(({marker}) => keyManager(marker, marker))],
    ['makes', 'POST', '/key-managers', json(({marker}, own) => keyManager(marker, `made-by-${own.marker}`))],
    ['open', 'POST', '/key-managers/discover', {...form('none'), reads: true}],
  ]),
  ...section('/api/am/admin/v1', {ids: ({applicationId}) => ({applicationId})}, [
    ['own', 'GET', '/settings', unmarked],
    ['own', 'GET', '/workflows', unmarked],
    ['own', 'GET', '/key-managers', unmarked],
    ['own', 'GET', '/system-scopes', unmarked],
    ['own', 'GET', '/system-scopes/role-aliases', unmarked],
    [
      'own',
      'PUT',
      '/system-scopes',
      json((_, {marker}) => ({list: [{name: 'apim:bot_data', roles: ['admin', marker]}]})),
    ],
    [
      'own',
      'PUT',
      '/system-scopes/role-aliases',
      json((_, {marker}) => ({list: [{role: 'Internal/devops', aliases: [marker]}]})),
    ],
    [
      'theirs',
      'GET',
      '/system-scopes/:scopeName',
      {
        ids: () => ({scopeName: btoa('apim:admin')}),
        query: ({admin: {basic}}) => ({username: basic.split(':')[0]!}),
        ...unmarked,
      },
    ],
    ['own', 'GET', '/applications'],
    ['theirs', 'GET', '/export/api', {query: ({apiName: name}) => ({name, version: '1.0.0'}), ...unmarked}],
    [
      'refused',
      'GET',
      '/export/applications',
      {
        query: ({admin: {basic}, applicationName}) => ({appName: applicationName, appOwner: basic.split(':')[0]!}),
        ...unmarked,
      },
    ],
    [
      'theirs',
      'POST',
      '/applications/:applicationId/change-owner',
      {query: ({admin: {basic}}) => ({owner: basic.split(':')[0]!})},
    ],
    ['refused', 'POST', '/import/api', form('none')],
    ['refused', 'POST', '/import/applications', form('none')],
  ]),
  ...section('/api/am/admin/v1', {superMay: true}, [
    ['refused', 'GET', '/tenant-info/:username', {ids: ({username}) => ({username})}],
    ['refused', 'GET', '/tenant-info/:username', {ids: ({username}) => ({username: btoa(username)}), ...unmarked}],
    ['theirs', 'GET', '/custom-urls/:tenantDomain', {ids: it => ({tenantDomain: it.domain}), ...unmarked}],
  ]),
]

const PORTAL_KEYS = [
  ['keys', ({keys}: World) => keys.keyMappingId],
  ['oauth-keys', ({sandboxKeyId}: World) => sandboxKeyId],
] as const
const portalKeys = (rows: readonly Row[]): readonly Crossing[] =>
  PORTAL_KEYS.flatMap(([name, key]) =>
    section(
      `/api/am/store/v1/applications/:applicationId/${name}`,
      {on: ['devportal'], ids: it => ({applicationId: it.applicationId, key: key(it)})},
      rows,
    ),
  )

const theirSubscription = (of: World, applicationId: string, apiId = of.apiId) => ({
  apiId,
  applicationId,
  throttlingPolicy: 'Unlimited',
})

const STORE: readonly Crossing[] = [
  ...section(
    '/api/am/store/v1',
    {
      on: ['devportal'],
      ids: ({apiId, applicationId, subscriptionId, commentId, documentId}) => ({
        apiId,
        commentId,
        documentId,
        keyType: 'PRODUCTION',
        applicationId,
        subscriptionId,
        policyLevel: 'subscription',
      }),
    },
    [
      ['own', 'GET', '/apis'],
      ['own', 'GET', '/search'],
      ['own', 'GET', '/search', {query: () => ({query: 'doc:*'})}],
      ['theirs', 'GET', '/apis/:apiId'],
      ['theirs', 'GET', '/apis/:apiId', {ids: ({openApiId: apiId}) => ({apiId})}],
      ['theirs', 'GET', '/apis/:apiId/swagger'],
      ['theirs', 'GET', '/apis/:apiId/graphql-schema', {ids: ({graphId: apiId}) => ({apiId}), ...unmarked}],
      ['theirs', 'GET', '/apis/:apiId/thumbnail', unmarked],
      ['theirs', 'GET', '/apis/:apiId/documents'],
      ['theirs', 'GET', '/apis/:apiId/documents/:documentId'],
      ['theirs', 'GET', '/apis/:apiId/documents/:documentId/content'],
      ['own', 'GET', '/tags'],
      ['own', 'GET', '/applications'],
      ['theirs', 'GET', '/applications/:applicationId'],
      ['theirs', 'GET', '/subscriptions', {query: ({applicationId}) => ({applicationId})}],
      ['theirs', 'GET', '/subscriptions', {query: ({apiId}) => ({apiId})}],
      ['theirs', 'GET', '/subscriptions/:subscriptionId'],
      ['own', 'GET', '/throttling-policies/:policyLevel'],
      ['own', 'GET', '/throttling-policies/:policyLevel', {ids: () => ({policyLevel: 'application'})}],
      [
        'theirs',
        'GET',
        '/throttling-policies/:policyLevel/:policyId',
        {ids: it => ({policyLevel: 'application', policyId: it.policyName})},
      ],
      ['open', 'GET', '/settings'],
      ['open', 'GET', '/tenants', {namesTenants: true}],
      ['own', 'GET', '/settings/application-attributes', unmarked],
      ['refused', 'POST', '/me/change-password', json(() => ({currentPassword: 'wrong', newPassword: 'another'}))],
      ['open', 'GET', '/key-managers'],
      ['own', 'GET', '/api-categories'],
      ['theirs', 'PUT', '/applications/:applicationId', json(of => ({...application(of), description: 'taken'}))],
      [
        'theirs',
        'POST',
        '/applications/:applicationId/generate-keys',
        json(() => ({keyType: 'SANDBOX', grantTypesToBeSupported: ['client_credentials']})),
      ],
      [
        'theirs',
        'POST',
        '/applications/:applicationId/map-keys',
        json(({keys: {consumerKey, consumerSecret}}) => ({consumerKey, consumerSecret, keyType: 'PRODUCTION'})),
      ],
      ['theirs', 'POST', '/applications/:applicationId/api-keys/:keyType/generate', json(() => ({}))],
      ['theirs', 'POST', '/applications/:applicationId/api-keys/:keyType/revoke', json(() => ({apikey: 'none'}))],
      ['theirs', 'GET', '/apis/:apiId/subscription-policies', unmarked],
      ['theirs', 'GET', '/apis/:apiId/comments'],
      ['theirs', 'POST', '/apis/:apiId/comments', json(() => ({content: 'taken'}))],
      ['theirs', 'GET', '/apis/:apiId/comments/:commentId'],
      ['theirs', 'GET', '/apis/:apiId/ratings', unmarked],
      ['theirs', 'GET', '/apis/:apiId/user-rating', unmarked],
      ['theirs', 'PUT', '/apis/:apiId/user-rating', json(() => ({rating: 1}))],
      ['theirs', 'POST', '/subscriptions/multiple', json(it => [theirSubscription(it, it.applicationId)])],
      ['theirs', 'POST', '/subscriptions/multiple', json((it, own) => [theirSubscription(it, own.applicationId)])],
      ['theirs', 'POST', '/subscriptions', json(it => theirSubscription(it, it.applicationId))],
      ['theirs', 'POST', '/subscriptions', json((it, own) => theirSubscription(it, own.applicationId))],
      [
        'theirs',
        'POST',
        '/subscriptions',
        {
          send: (it, own) => ({
            json: theirSubscription(it, own.applicationId, it.openApiId),
            headers: {'x-wso2-tenant': it.domain},
          }),
        },
      ],
      ['theirs', 'PUT', '/subscriptions/:subscriptionId', json(it => theirSubscription(it, it.applicationId))],
      ['theirs', 'DELETE', '/subscriptions/:subscriptionId'],
      ['refused', 'POST', '/applications', json(of => ({...application(of, of.policyName), name: 'other'}))],
      ['makes', 'POST', '/applications', json(of => application(of))],
    ],
  ),
  ...portalKeys([
    ['theirs', 'GET', '', unmarked],
    ['theirs', 'GET', '/:key', unmarked],
    ['theirs', 'PUT', '/:key', json(() => ({supportedGrantTypes: ['client_credentials', 'password']}))],
    ['theirs', 'POST', '/:key/generate-token', json(({keys}) => ({consumerSecret: keys.consumerSecret}))],
    ['theirs', 'POST', '/:key/regenerate-secret'],
  ]),
  ...section('/api/identity/user/v1.0', {on: ['devportal'], account: 'none'}, [
    ['refused', 'POST', '/me', json(({username}) => ({user: {username, password: 'taken-over'}}))],
  ]),
]

const EVERYWHERE = ['key-manager', 'publisher', 'devportal'] as const
const clientOf = ({client: {id, secret}}: World) => ({client_id: id, client_secret: secret})

const OAUTH: readonly Crossing[] = [
  ...section('', {on: EVERYWHERE, account: 'none', ids: it => ({tenant: it.domain})}, [
    ['open', 'GET', '/oauth2/jwks'],
    ['open', 'GET', '/t/:tenant/oauth2/jwks'],
    ...['token', 'oidcdiscovery'].flatMap((name): Row[] => [
      ['open', 'GET', `/oauth2/${name}/.well-known/openid-configuration`],
      ['open', 'GET', `/t/:tenant/oauth2/${name}/.well-known/openid-configuration`],
    ]),
    ['own', 'GET', '/oauth2/userinfo', {account: 'bearer', ...unmarked}],
    ['own', 'POST', '/oauth2/userinfo', {account: 'bearer', reads: true, ...unmarked}],
    [
      'own',
      'POST',
      '/oauth2/introspect',
      {account: 'basic', reads: true, marked: true, superMay: true, send: ({token}) => ({form: {token}})},
    ],
    [
      'refused',
      'POST',
      '/oauth2/token',
      {
        send: (it, own) => ({
          form: {...clientOf(own), grant_type: 'refresh_token', refresh_token: it.refreshToken},
        }),
      },
    ],
    ['refused', 'POST', '/oauth2/revoke', {send: (it, own) => ({form: {...clientOf(own), token: it.token}})}],
  ]),
  ...section(
    '/client-registration/v0.17/register',
    {on: EVERYWHERE, account: 'basic', superMay: true, ids: ({client}) => ({clientId: client.id})},
    [
      ['theirs', 'GET', '/:clientId'],
      [
        'refused',
        'POST',
        '',
        json(({admin: {basic}}) => ({clientName: 'other', owner: basic.split(':')[0], grantType: 'password'})),
      ],
      [
        'theirs',
        'PUT',
        '/:clientId',
        json(({admin: {basic}}) => ({clientName: 'taken', owner: basic.split(':')[0], grantType: 'password'})),
      ],
      ['theirs', 'DELETE', '/:clientId'],
    ],
  ),
]

const client = json(({username}) => ({client_name: 'taken', ext_application_owner: username}))

const operations = (rows: readonly Row[]): readonly Crossing[] =>
  section(
    '/keymanager-operations',
    {on: ['key-manager'], account: 'basic', superMay: true, ids: ({keys}) => ({clientId: keys.consumerKey})},
    rows,
  )

const KEY_MANAGER: readonly Crossing[] = [
  ...operations([
    ['theirs', 'GET', '/dcr/register/:clientId'],
    ['refused', 'POST', '/dcr/register', client],
    ['theirs', 'PUT', '/dcr/register/:clientId', client],
    ['theirs', 'POST', '/dcr/register/:clientId/regenerate-consumer-secret'],
    ['theirs', 'POST', '/dcr/register/:clientId/change-owner', {query: ({username}) => ({applicationOwner: username})}],
    ['own', 'GET', '/user-info/claims', {query: ({username}) => ({username}), superMay: false}],
  ]),
  ...section(
    '/api/identity/oauth2/v1.0/scopes',
    {on: ['key-manager'], account: 'basic', ids: ({scopeName: name}) => ({name})},
    [
      ['own', 'GET', ''],
      ['theirs', 'GET', '/name/:name'],
      ['theirs', 'PUT', '/name/:name', json(() => SCOPE)],
      ['theirs', 'DELETE', '/name/:name'],
      ['makes', 'POST', '', json(({scopeName: name}) => ({name, ...SCOPE}))],
    ],
  ),
  ...section('/services', {on: ['key-manager'], account: 'basic', superOnly: true}, [
    ['theirs', 'POST', '/TenantMgtAdminService', {reads: true, send: () => soap('<x:retrieveTenants/>')}],
  ]),
]

/** Removals of what other rows need. */
const LAST: readonly Crossing[] = [
  ...operations([['theirs', 'DELETE', '/dcr/register/:clientId']]),
  ...portalKeys([['theirs', 'POST', '/:key/clean-up']]),
  ...section('/api/am/store/v1', {on: ['devportal'], ids: ({applicationId}) => ({applicationId})}, [
    ['theirs', 'DELETE', '/applications/:applicationId'],
  ]),
  ...section('/api/am/store/v1', {on: ['devportal'], ids: ({apiId, commentId}) => ({apiId, commentId})}, [
    ['theirs', 'DELETE', '/apis/:apiId/comments/:commentId'],
    ['theirs', 'DELETE', '/apis/:apiId/user-rating'],
  ]),
  ...section('/api/am/admin/v1', {ids: ({spareApplicationId: applicationId}) => ({applicationId})}, [
    ['theirs', 'DELETE', '/applications/:applicationId'],
  ]),
  ...section('/api/am/admin/v1', {ids: ({categoryId, labelId}) => ({apiCategoryId: categoryId, labelId})}, [
    ['theirs', 'DELETE', '/api-categories/:apiCategoryId'],
    ['theirs', 'DELETE', '/labels/:labelId'],
  ]),
  ...section('/api/am/admin/v1', {ids: ({keyManagerId}) => ({keyManagerId})}, [
    ['theirs', 'DELETE', '/key-managers/:keyManagerId'],
  ]),
  ...section('/api/am/publisher/v1', {ids: ({apiId, scopeId}) => ({apiId, scopeId})}, [
    ['theirs', 'POST', '/apis/change-lifecycle', {query: ({apiId}) => ({apiId, action: 'Block'})}],
    ['theirs', 'DELETE', '/apis/:apiId'],
    ['theirs', 'DELETE', '/scopes/:scopeId'],
  ]),
]

/** Every route of the four REST APIs, in an order in which a tenant's own administrator can ask all of them. */
export const CROSSINGS: readonly Crossing[] = [...PUBLISHER, ...ADMIN, ...KEY_MANAGER, ...OAUTH, ...STORE, ...LAST]
