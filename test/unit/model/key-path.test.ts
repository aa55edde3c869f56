import assert from 'node:assert/strict'
import {readKeyPath} from '../../../src/model/key-path.js'

const config = {
  apim: {
    key_manager: {service_url: 'https://key-manager:9443/services/', enable: true, tries: 15},
    throttling: {
      throttle_decision_endpoints: ['tcp://a:5672', 'tcp://b:5672'],
      url_group: [
        {traffic_manager_urls: ['tcp://a:9611'], type: 'loadbalance'},
        {traffic_manager_urls: ['tcp://b:9611', 'tcp://c:9611']},
        {type: 'failover'},
      ],
    },
  },
  'wso2.datasources': {
    dataSources: [
      {name: 'AM_DB', definition: {configuration: {jdbcUrl: 'jdbc:a'}}},
      {name: 'WSO2_DASHBOARD_DB', definition: {configuration: {jdbcUrl: 'jdbc:b'}}},
    ],
  },
  'wso2.business.rules.manager': {deployment_configs: [{'worker:9444': ['a-template'], 'other:9444': []}]},
  wso2: {datasources: 'the longer key wins', plain: 'x'},
  'auth.configs': {properties: {publisherUrl: 'https://publisher:9443'}},
  'header.X-KEY': 'default',
}

const TABLE: readonly (readonly [path: string, ...found: (readonly [key: string, value: string])[]])[] = [
  ['apim.key_manager.service_url', ['apim.key_manager.service_url', 'https://key-manager:9443/services/']],
  ['apim.key_manager.enable', ['apim.key_manager.enable', 'true']],
  ['apim.key_manager.tries', ['apim.key_manager.tries', '15']],
  [
    'apim.throttling.throttle_decision_endpoints[]',
    ['apim.throttling.throttle_decision_endpoints[0]', 'tcp://a:5672'],
    ['apim.throttling.throttle_decision_endpoints[1]', 'tcp://b:5672'],
  ],
  [
    'apim.throttling.url_group[].traffic_manager_urls[]',
    ['apim.throttling.url_group[0].traffic_manager_urls[0]', 'tcp://a:9611'],
    ['apim.throttling.url_group[1].traffic_manager_urls[0]', 'tcp://b:9611'],
    ['apim.throttling.url_group[1].traffic_manager_urls[1]', 'tcp://c:9611'],
  ],
  [
    'apim.throttling.url_group[1].traffic_manager_urls[1]',
    ['apim.throttling.url_group[1].traffic_manager_urls[1]', 'tcp://c:9611'],
  ],
  ['apim.throttling.url_group[type=failover].type', ['apim.throttling.url_group[type=failover].type', 'failover']],
  [
    'wso2.datasources.dataSources[name=WSO2_DASHBOARD_DB].definition.configuration.jdbcUrl',
    ['wso2.datasources.dataSources[name=WSO2_DASHBOARD_DB].definition.configuration.jdbcUrl', 'jdbc:b'],
  ],
  [
    'wso2.business.rules.manager.deployment_configs[]',
    ['wso2.business.rules.manager.deployment_configs[0]', 'worker:9444'],
    ['wso2.business.rules.manager.deployment_configs[0]', 'other:9444'],
  ],
  ['wso2.plain', ['wso2.plain', 'x']],
  ['auth.configs.properties.publisherUrl', ['auth.configs.properties.publisherUrl', 'https://publisher:9443']],
  ['header.X-KEY', ['header.X-KEY', 'default']],
  // Nothing there, or no single value.
  ['apim.nothing.here'],
  ['apim.key_manager'],
  ['apim.throttling.throttle_decision_endpoints'],
  ['apim.key_manager[].service_url'],
  ['apim.throttling.url_group[9].type'],
  ['wso2.datasources.dataSources[name=NONE].definition'],
  ['toString'],
  ['constructor.name'],
]

describe('readKeyPath', () => {
  for (const [path, ...found] of TABLE)
    it(`${path} finds ${found.length === 0 ? 'nothing' : found.map(([, value]) => value).join(', ')}`, () => {
      assert.deepEqual(
        readKeyPath(config, path),
        found.map(([key, value]) => ({key, value})),
      )
    })

  it('finds again what it found, by the key it gave', () => {
    for (const [path] of TABLE)
      for (const found of readKeyPath(config, path))
        assert.ok(
          readKeyPath(config, found.key).some(({value}) => value === found.value),
          found.key,
        )
  })

  for (const nothing of [undefined, null, 'text', 7, []])
    it(`finds nothing in ${JSON.stringify(nothing) ?? 'undefined'}`, () => {
      assert.deepEqual(readKeyPath(nothing, 'a.b'), [])
    })
})
