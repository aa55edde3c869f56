import assert from 'node:assert/strict'
import {backend, type Backend} from './support/backend.js'
import {onMysql} from './support/in-cluster.js'
import {lifeIn} from './support/running-lab.js'
import {until} from './support/until.js'

const NODES = ['key-manager-1', 'traffic-manager-1', 'traffic-manager-2', 'publisher-1', 'devportal-1', 'gateway-1']
const QUOTA = 8
/** Milliseconds that one count of calls may take: it has to end in the minute in which it began. */
const TIME = 15_000
const HEALING = 15_000

/** The same two traffic managers, in one group instead of one each. */
const inOneGroup = (type: string) => (name: string, config: string) => {
  if (name !== 'gateway-1') return config
  const of = (key: string) =>
    [...config.matchAll(new RegExp(`^${key} = \\[(.*)\\]$`, 'gm'))].map(([, it]) => it).join(', ')
  const group =
    `[[apim.throttling.url_group]]\ntraffic_manager_urls = [${of('traffic_manager_urls')}]\n` +
    `traffic_manager_auth_urls = [${of('traffic_manager_auth_urls')}]\ntype = "${type}"\n`
  const [first = '', ...others] = config.split(/^\[\[apim\.throttling\.url_group\]\]\n(?:\w+ = .*\n)+/m)
  return first + group + others.join('')
}

describe('mini: two traffic managers and the groups that a gateway has them in', function () {
  this.timeout(120_000)
  let served: Backend
  const {cluster, newCluster, close} = onMysql()
  before(async () => (served = await backend()))
  after(() => served.stop())
  afterEach(close)

  /** How many calls get through until one is refused. */
  const letThrough = async (edited?: (name: string, config: string) => string): Promise<number> => {
    await newCluster(NODES, {analytics: false, ...(edited && {edited})})
    await cluster.startAll()
    const life = await lifeIn(cluster)
    await life.createPolicy('application', 'Eight', QUOTA)
    const {applicationId, keys} = await life.ready({name: 'Counted', context: '/counted', url: served.url})
    const bearer = await life.appToken(keys)
    const call = async () => (await cluster.ask('gateway-1', 8243, '/counted/1.0.0/x', {bearer})).status
    await until('the API', async () => (await call()) === 200, HEALING)
    // Calls so far were made without a limit.
    await life.updateApplication(applicationId, {name: 'Counted-app', throttlingPolicy: 'Eight', tokenType: 'JWT'})
    await until('time enough in this minute', () => 60_000 - (Date.now() % 60_000) > TIME, TIME)
    let through = 0
    await until('the limit', async () => {
      const status = await call()
      if (status === 200) through++
      return status === 429
    })
    return through
  }

  it('loadbalance in one group: each counts every other call, so that twice the limit gets through', async () => {
    assert.ok((await letThrough(inOneGroup('loadbalance'))) >= 2 * QUOTA - 1)
  })

  for (const [name, edited] of [
    ['failover in one group: the first counts all', inOneGroup('failover')],
    ['a group each: both count all', undefined],
  ] as const) {
    it(`${name}, and the limit holds`, async () => {
      const through = await letThrough(edited)
      assert.ok(through >= QUOTA && through < 2 * QUOTA - 1, `${through} calls`)
    })
  }
})
