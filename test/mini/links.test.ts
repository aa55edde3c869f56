import assert from 'node:assert/strict'
import {readLinks} from '../../src/mini/config/links.js'
import {readConfigFile} from '../../src/mini/config/read-file.js'
import {Settings} from '../../src/mini/config/settings.js'
import type {Profile} from '../../src/mini/profiles.js'
import {COMPLETE, common, keyManager, throttling} from './support/configs.js'
import {makeHome} from './support/home.js'

const linksOf = (profile: string, text: string) => {
  const home = makeHome(profile, text)
  try {
    const file = `${home.path}/${home.role.configFile}`
    return readLinks(profile as Profile, new Settings(file, readConfigFile(file)))
  } finally {
    home.remove()
  }
}

const rows = (profile: string, text = COMPLETE[profile] ?? '') =>
  linksOf(profile, text).map(
    it => `${it.server} ${it.kind} ${it.host}:${it.port} ${it.key}${it.required ? ' required' : ''}`,
  )

const URL_GROUP = 'apim.throttling.url_group[0]'
const throttlingRows = [
  `traffic-manager tcp traffic-manager:9611 ${URL_GROUP}.traffic_manager_urls[0] required`,
  `traffic-manager tls traffic-manager:9711 ${URL_GROUP}.traffic_manager_auth_urls[0] required`,
]
const managerRows = [
  'key-manager https key-manager:9443 apim.key_manager.service_url required',
  'traffic-manager https traffic-manager:9443 apim.throttling.service_url required',
  'traffic-manager tcp traffic-manager:5672 apim.throttling.throttle_decision_endpoints[0] required',
]
const analyticsRows = [
  'analytics-worker tcp analytics-worker:7612 apim.analytics.url_group[0].analytics_url[0]',
  'analytics-worker tls analytics-worker:7712 apim.analytics.url_group[0].analytics_auth_url[0]',
  'analytics-worker https analytics-worker:7444 apim.analytics.store_api_url',
]

describe('mini: links of each profile', () => {
  const expected: Record<string, string[]> = {
    'gateway-worker': [...managerRows, ...throttlingRows, ...analyticsRows],
    'api-publisher': [
      ...managerRows,
      ...throttlingRows,
      'gateway https gateway-1:9443 apim.gateway.environment[0].service_url required',
      'gateway https gateway-2:9443 apim.gateway.environment[1].service_url required',
      ...analyticsRows,
    ],
    'api-devportal': [
      managerRows[0] ?? '',
      'traffic-manager https traffic-manager:9443 apim.throttling.service_url',
      managerRows[2] ?? '',
      ...throttlingRows,
      'key-manager https key-manager:9443 apim.oauth_config.revoke_endpoint',
      ...analyticsRows,
    ],
    'api-key-manager': [
      'traffic-manager https traffic-manager:9443 event_listener[1].properties.notification_endpoint',
    ],
    'traffic-manager': ['key-manager https key-manager:9443 apim.key_manager.service_url required'],
    worker: [],
    dashboard: [
      'analytics-worker https analytics-worker:9444 wso2.business.rules.manager.deployment_configs[0].analytics-worker:9444 required',
      'publisher https publisher:9443 auth.configs.properties.kmDcrUrl',
      'publisher https publisher:9443 auth.configs.properties.kmTokenUrl',
      'publisher https publisher:9443 auth.configs.properties.publisherUrl',
      'devportal https devportal:9443 auth.configs.properties.devPortalUrl',
    ],
  }
  for (const [profile, links] of Object.entries(expected)) it(profile, () => assert.deepEqual(rows(profile), links))

  it('goes without a gateway where the lab has none', () => {
    const links = rows('api-publisher', common('api-publisher') + keyManager() + throttling())
    assert.ok(links.length > 0 && !links.some(it => it.startsWith('gateway')))
  })

  it('goes without analytics where it is switched off', () => {
    const off = (COMPLETE['gateway-worker'] ?? '').replace('enable = true', 'enable = false')
    assert.deepEqual(rows('gateway-worker', off), [...managerRows, ...throttlingRows])
  })

  it('prefers the event hub of its own over the throttling keys', () => {
    const hub = `
[apim.event_hub]
service_url = "https://hub:9443"
event_listening_endpoints = ["tcp://hub:5672", "tcp://hub-2:5672"]
[[apim.event_hub.publish.url_group]]
urls = ["tcp://hub:9611"]
auth_urls = ["ssl://hub:9711"]
`
    const found = rows('api-publisher', COMPLETE['api-publisher'] + hub)
    for (const row of [
      'traffic-manager https hub:9443 apim.event_hub.service_url required',
      'traffic-manager https traffic-manager:9443 apim.throttling.service_url required',
      'traffic-manager tcp hub-2:5672 apim.event_hub.event_listening_endpoints[1] required',
      'traffic-manager tcp hub:9611 apim.event_hub.publish.url_group[0].urls[0] required',
      'traffic-manager tls hub:9711 apim.event_hub.publish.url_group[0].auth_urls[0] required',
    ]) {
      assert.ok(found.includes(row), row)
    }
    assert.ok(!found.some(row => row.includes('throttling.url_group')))
  })

  describe('groups of receivers', () => {
    const groups = (text: string, service = 'throttling-events') =>
      linksOf('gateway-worker', text)
        .filter(it => it.service === service)
        .map(it => `${it.host} ${it.group?.number} ${it.group?.inTurn ? 'in turn' : 'stands in'} ${it.key}`)
    const gateway = COMPLETE['gateway-worker'] ?? ''
    const two = (type: string) =>
      gateway.replace(
        /traffic_manager_urls = .*\ntraffic_manager_auth_urls = .*/,
        `traffic_manager_urls = ["tcp://a:9611", "tcp://b:9611"]\ntraffic_manager_auth_urls = ["ssl://a:9711", "ssl://b:9711"]\n${type}`,
      )
    const key = 'apim.throttling.url_group[0].traffic_manager_urls'

    it('loadbalance takes turns; failover, no type and any other stand in for one another, as in the template', () => {
      const plain = two('').replace(/\ntype = "loadbalance"/, '')
      assert.deepEqual(groups(plain.replace('"ssl://b:9711"]', '"ssl://b:9711"]\ntype = "loadbalance"')), [
        `a 0 in turn ${key}[0]`,
        `b 0 in turn ${key}[1]`,
      ])
      for (const type of ['', 'type = "failover"', 'type = "both"']) {
        const found = groups(plain.replace('"ssl://b:9711"]', `"ssl://b:9711"]\n${type}`))
        assert.deepEqual(found, [`a 0 stands in ${key}[0]`, `b 0 stands in ${key}[1]`], type)
      }
    })

    const inText = (urls: string, auth: string) =>
      gateway.replace('[apim.throttling]', `[apim.throttling]\nreceiver_url = "${urls}"\nreceiver_auth_url = "${auth}"`)

    it("all in one text, in the data agent's own way of writing", () => {
      const text = inText(
        '{tcp://a:9611,tcp://b:9611},{tcp://c:9611|tcp://d:9611}',
        '{ssl://a:9711,ssl://b:9711},{ssl://c:9711|ssl://d:9711}',
      )
      const one = 'apim.throttling.receiver_url'
      assert.deepEqual(groups(text), [
        `a 0 in turn ${one}[0][0]`,
        `b 0 in turn ${one}[0][1]`,
        `c 1 stands in ${one}[1][0]`,
        `d 1 stands in ${one}[1][1]`,
      ])
      assert.deepEqual(
        groups(text, 'throttling-events-auth').map(it => it.slice(0, 3)),
        ['a 0', 'b 0', 'c 1', 'd 1'],
      )
    })

    it('one address without braces', () => {
      const text = inText('tcp://a:9611', 'ssl://a:9711')
      assert.deepEqual(groups(text), ['a 0 in turn apim.throttling.receiver_url[0][0]'])
    })

    for (const [name, urls, message] of [
      ['both ways in one group', '{tcp://a:9611,tcp://b:9611|tcp://c:9611}', /which has both "," and "\|" in a group/],
      ['something beside the groups', '{tcp://a:9611},tcp://b:9611', /with something beside its groups/],
      ['an empty group', '{}', /key apim.throttling.receiver_url\[0\]\[0\] is "", no URL/],
    ] as const) {
      it(`${name} is a mistake`, () => {
        assert.throws(() => groups(inText(urls, 'ssl://a:9711')), {name: 'StartFailure', message})
      })
    }
  })

  it("calls the gateway's revoke endpoint by its name", () => {
    const text = (COMPLETE['api-devportal'] ?? '').replace('key-manager:9443/oauth2/revoke', 'gateway:8243/revoke')
    assert.ok(rows('api-devportal', text).includes('gateway https gateway:8243 apim.oauth_config.revoke_endpoint'))
  })

  it('takes the other traffic manager, if one is named', () => {
    const text = `${COMPLETE['traffic-manager']}[apim.throttling]\nevent_duplicate_url = ["tcp://traffic-manager-2:5672"]`
    assert.ok(
      rows('traffic-manager', text).includes(
        'traffic-manager tcp traffic-manager-2:5672 apim.throttling.event_duplicate_url[0]',
      ),
    )
  })

  it('joins the purposes that share a key', () => {
    const link = linksOf('gateway-worker', COMPLETE['gateway-worker'] ?? '').find(it => it.port === 5672)
    assert.equal(link?.purpose, 'throttling decisions; event hub topics')
  })
})

describe('mini: links that are missing or wrong', () => {
  const without = (profile: string, part: string | RegExp, instead = '') =>
    (COMPLETE[profile] ?? '').replace(part, instead)
  const gateway =
    (part: string | RegExp, instead = '') =>
    () =>
      linksOf('gateway-worker', without('gateway-worker', part, instead))
  const cases: [string, () => unknown, RegExp][] = [
    [
      'no key manager',
      gateway(/service_url = "https:\/\/key.*/),
      /^deployment.toml: key apim.key_manager.service_url is missing \(it is needed for token validation\); expected a URL such as https:\/\/key-manager:9443\/services\/$/,
    ],
    ['a number', gateway(/"https:\/\/key.*"/, '5'), /key apim.key_manager.service_url is a number \(/],
    ['an empty text', gateway(/"https:\/\/key.*"/, '""'), /key apim.key_manager.service_url is empty \(/],
    ['a table', gateway(/"https:\/\/key.*"/, '{a = 1}'), /key apim.key_manager.service_url is a table \(/],
    [
      'HTTP',
      gateway('https://key', 'http://key'),
      /is "http:\/\/key-manager:9443\/services\/", not https:\/\/host:port/,
    ],
    ['no list of topics', gateway(/throttle_decision.*/), /key apim.throttling.throttle_decision_endpoints is missing/],
    ['a list with a number', gateway('["tcp://traffic-manager:5672"]', '[1]'), /endpoints\[0\] is a number/],
    ['an empty list', gateway('["tcp://traffic-manager:5672"]', '[]'), /throttle_decision_endpoints is missing/],
    [
      'no authentication',
      gateway(/traffic_manager_auth.*/),
      /key apim.throttling.url_group\[0\].traffic_manager_auth_urls is missing/,
    ],
    [
      'one group of two',
      gateway('[apim.analytics]', '[[apim.throttling.url_group]]\n[apim.analytics]'),
      /url_group\[1\].traffic_manager_urls is missing/,
    ],
    [
      'TLS on the TCP port',
      gateway('tcp://traffic-manager:9611', 'ssl://traffic-manager:9611'),
      /not tcp:\/\/host:port/,
    ],
    [
      'analytics without a worker',
      gateway(/analytics_url = .*/),
      /key apim.analytics.url_group\[0\].analytics_url is missing/,
    ],
    ['analytics that is a word', gateway('enable = true', 'enable = "yes"'), /key apim.analytics.enable is a string/],
    [
      'one table where an array is due',
      gateway('[[apim.throttling.url_group]]', '[apim.throttling.url_group]'),
      /key apim.throttling.url_group is a table, not an array/,
    ],
    [
      'a gateway without an address',
      () => linksOf('api-publisher', without('api-publisher', /service_url = "https:\/\/gateway-1.*/)),
      /key apim.gateway.environment\[0\].service_url is missing \(it is needed for deploying API artifacts\)/,
    ],
    [
      'a gateway without an address',
      () => linksOf('api-publisher', without('api-publisher', 'service_url = "https://gateway-2:9443/services/"')),
      /key apim.gateway.environment\[1\].service_url is missing/,
    ],
    [
      'an address that the product would append to',
      () =>
        linksOf('api-publisher', without('api-publisher', 'traffic-manager:9443/services/', 'traffic-manager:9443')),
      /key apim.throttling.service_url is an address that does not end in \/services\//,
    ],
    [
      'no listener for revoked tokens',
      () => linksOf('api-key-manager', without('api-key-manager', 'token_revocation')),
      /key event_listener\[0\].properties.notification_endpoint is missing \(it is needed for token revocation\)/,
    ],
    [
      'no worker for business rules',
      () => linksOf('dashboard', without('dashboard', /wso2.business[^]*?stock-data-analysis/)),
      /^deployment.yaml: key wso2.business.rules.manager.deployment_configs\[0\] is missing/,
    ],
    [
      'a worker without a port',
      () => linksOf('dashboard', without('dashboard', 'analytics-worker:9444:', 'analytics-worker:')),
      /deployment_configs\[0\].analytics-worker is "analytics-worker", without a port/,
    ],
    [
      'no login server',
      () => linksOf('dashboard', without('dashboard', /kmTokenUrl.*/)),
      /key auth.configs.properties.kmTokenUrl is missing \(it is needed for login\)/,
    ],
  ]
  for (const [name, run, message] of cases) it(name, () => assert.throws(run, {name: 'StartFailure', message}))
})
