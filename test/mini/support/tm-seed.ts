import {insertApi} from '../../../src/mini/apis/api-store.js'
import {DETAILS, type Api} from '../../../src/mini/apis/api.js'
import {hashPassword, newSalt} from '../../../src/mini/users/password.js'
import type {Databases} from './mysql-server.js'

/** An active tenant with an administrator `tess`, password `secret`. */
export const seedTenant = async (databases: Databases, id: number, domain: string): Promise<void> => {
  const tenant = 'INSERT INTO UM_TENANT (UM_ID, UM_DOMAIN_NAME, UM_ACTIVE, UM_CREATED_DATE) VALUES (?, ?, 1, NOW())'
  await databases.query('shareddb', tenant, [id, domain])
  const salt = newSalt()
  const user =
    'INSERT INTO UM_USER (UM_USER_ID, UM_USER_NAME, UM_USER_PASSWORD, UM_SALT_VALUE, UM_CHANGED_TIME, UM_TENANT_ID) VALUES (?, ?, ?, ?, NOW(), ?)'
  await databases.query('shareddb', user, [`tess-${id}`, 'tess', hashPassword('secret', salt), salt, id])
  await databases.query('shareddb', "INSERT INTO UM_ROLE (UM_ROLE_NAME, UM_TENANT_ID) VALUES ('admin', ?)", [id])
  const role =
    'INSERT INTO UM_USER_ROLE (UM_ROLE_ID, UM_USER_ID, UM_TENANT_ID) SELECT r.UM_ID, u.UM_ID, u.UM_TENANT_ID FROM UM_USER u ' +
    "JOIN UM_ROLE r ON r.UM_TENANT_ID = u.UM_TENANT_ID WHERE u.UM_USER_NAME = 'tess' AND u.UM_TENANT_ID = ?"
  await databases.query('shareddb', role, [id])
}

const api = (more: Pick<Api, 'id' | 'name' | 'context' | 'provider'>): Api => ({
  ...DETAILS,
  version: '1.0.0',
  lifeCycleStatus: 'PUBLISHED',
  isDefaultVersion: true,
  type: 'HTTP',
  transport: ['http', 'https'],
  tags: [],
  policies: ['Gold'],
  apiThrottlingPolicy: null,
  securityScheme: ['oauth2'],
  visibility: 'PUBLIC',
  visibleRoles: [],
  gatewayEnvironments: ['Production and Sandbox'],
  endpointConfig: null,
  scopes: [],
  operations: [],
  createdTime: '0',
  lastUpdatedTime: '0',
  ...more,
})

/** One of everything that /internal/data tells, in the super tenant, and an API with an application in tenant 1, example.com. */
export const seedData = async (databases: Databases): Promise<void> => {
  const run = (sql: string) => databases.query('apimgtdb', sql)
  await run(
    "INSERT INTO AM_API (API_ID, API_PROVIDER, API_NAME, API_VERSION, CONTEXT, CONTEXT_TEMPLATE, API_TYPE) VALUES (1, 'admin', 'Pizza', '1.0.0', " +
      "'/pizza/1.0.0', '/pizza/{version}', 'HTTP'), (2, 'tess@example.com', 'Salad', '1.0.0', '/t/example.com/salad/1.0.0', '', 'HTTP'), " +
      "(3, 'admin', 'Half', '1.0.0', '/half/1.0.0', '', 'HTTP')",
  )
  await run(
    "INSERT INTO AM_API_URL_MAPPING (URL_MAPPING_ID, API_ID, HTTP_METHOD, AUTH_SCHEME, URL_PATTERN, THROTTLING_TIER) VALUES (1, 1, 'GET', 'Any', " +
      "'/menu', 'Unlimited'), (2, 1, 'POST', 'None', '/order', '10KPerMin')",
  )
  await run("INSERT INTO AM_API_RESOURCE_SCOPE_MAPPING VALUES ('see', 1, -1234), ('eat', 1, -1234)")
  await run(
    "INSERT INTO AM_API_DEFAULT_VERSION (API_NAME, API_PROVIDER, DEFAULT_API_VERSION, PUBLISHED_DEFAULT_API_VERSION) VALUES ('Pizza', 'admin', '1.0.0', '1.0.0')",
  )
  await run(
    "INSERT INTO AM_SUBSCRIBER (SUBSCRIBER_ID, USER_ID, TENANT_ID, DATE_SUBSCRIBED) VALUES (1, 'admin', -1234, NOW()), (2, 'tess@example.com', 1, NOW())",
  )
  await run(
    "INSERT INTO AM_APPLICATION (APPLICATION_ID, NAME, SUBSCRIBER_ID, APPLICATION_TIER, UUID, TOKEN_TYPE) VALUES (1, 'Lunch', 1, '10PerMin', 'uuid-app', " +
      "'JWT'), (2, 'Lunch', 2, 'Unlimited', 'uuid-app-2', NULL)",
  )
  await run(
    "INSERT INTO AM_KEY_MANAGER (UUID, NAME, TYPE, TENANT_DOMAIN) VALUES ('uuid-other', 'Other', 'Okta', 'example.com')",
  )
  await run(
    "INSERT INTO AM_APPLICATION_KEY_MAPPING (APPLICATION_ID, CONSUMER_KEY, KEY_TYPE, STATE, KEY_MANAGER) VALUES (1, 'key-1', 'PRODUCTION', 'COMPLETED', " +
      "'Resident Key Manager'), (1, NULL, 'SANDBOX', 'CREATED', 'Resident Key Manager')",
  )
  await run(
    "INSERT INTO AM_SUBSCRIPTION (SUBSCRIPTION_ID, TIER_ID, API_ID, APPLICATION_ID, SUB_STATUS, UUID) VALUES (1, 'Gold', 1, 1, 'UNBLOCKED', 'uuid-sub')",
  )
  await run(
    'INSERT INTO AM_POLICY_SUBSCRIPTION (POLICY_ID, NAME, TENANT_ID, QUOTA_TYPE, QUOTA, UNIT_TIME, TIME_UNIT, RATE_LIMIT_COUNT, RATE_LIMIT_TIME_UNIT, ' +
      "STOP_ON_QUOTA_REACH, BILLING_PLAN) VALUES (1, 'Gold', -1234, 'requestCount', 5000, 1, 'min', 10, 'sec', 1, 'FREE')",
  )
  await run(
    "INSERT INTO AM_POLICY_APPLICATION (NAME, TENANT_ID, QUOTA_TYPE, QUOTA, UNIT_TIME, TIME_UNIT) VALUES ('10PerMin', -1234, 'requestCount', 10, 1, 'min')",
  )
  await run(
    'INSERT INTO AM_API_THROTTLE_POLICY (NAME, TENANT_ID, DEFAULT_QUOTA_TYPE, DEFAULT_QUOTA, DEFAULT_QUOTA_UNIT, DEFAULT_UNIT_TIME, DEFAULT_TIME_UNIT, ' +
      "APPLICABLE_LEVEL) VALUES ('10MB', -1234, 'bandwidthVolume', 10, 'MB', 1, 'hour', 'apiLevel')",
  )
  await run(
    "INSERT INTO AM_POLICY_GLOBAL (NAME, KEY_TEMPLATE, TENANT_ID) VALUES ('Custom', '$userId:$apiContext', -1234)",
  )
  await run(
    "INSERT INTO AM_BLOCK_CONDITIONS (TYPE, VALUE, ENABLED, DOMAIN) VALUES ('API', '/pizza/1.0.0', 'true', 'carbon.super'), ('USER', 'admin', 'true', " +
      "'carbon.super'), ('USER', 'off', 'false', 'carbon.super'), ('IP', '{\"fixedIp\":\"10.0.0.1\",\"invert\":false}', 'true', 'carbon.super')",
  )
  await run(
    "INSERT INTO AM_SCOPE (SCOPE_ID, NAME, DISPLAY_NAME, TENANT_ID, SCOPE_TYPE) VALUES (1, 'eat', 'Eat', -1234, 'OAUTH2')",
  )
  await run("INSERT INTO AM_SCOPE_BINDING VALUES (1, 'admin', 'DEFAULT')")
  const shared = databases.pool('shareddb')
  await insertApi(shared, -1234, api({id: 'uuid-pizza', name: 'Pizza', context: '/pizza', provider: 'admin'}))
  await insertApi(shared, 1, api({id: 'uuid-salad', name: 'Salad', context: '/salad', provider: 'tess@example.com'}))
}
