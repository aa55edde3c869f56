import {until} from './support/until.js'
import {onMysql} from './support/in-cluster.js'

/** Milliseconds: longer than a link may live without a login, and than what nodes do every few seconds. */
const QUIET = 6_500
const LOGIN = 2_000

describe('mini: all components together', function () {
  this.timeout(120_000)
  const {cluster, newCluster, close} = onMysql()
  afterEach(close)

  for (const schema of ['mini', 'product'] as const) {
    it(`become ready on ${schema === 'mini' ? "mini's own schema" : "the product's whole schema"}`, async () => {
      const nodes = [
        'key-manager-1',
        'traffic-manager-1',
        'traffic-manager-2',
        'publisher-1',
        'devportal-1',
        'gateway-1',
        'gateway-2',
      ]
      await newCluster([...nodes, 'analytics-worker-1', 'analytics-dashboard-1'], {
        schema,
        multiTenancy: true,
        login: LOGIN,
      })
      await cluster.startAll()
      let lines = ''
      let since = Date.now()
      const isQuiet = () => {
        const now = [...nodes, 'analytics-worker-1', 'analytics-dashboard-1']
          .map(it => cluster.log(it).at(-1))
          .join('\n')
        if (now !== lines) [lines, since] = [now, Date.now()]
        return Date.now() - since > QUIET
      }
      await until('no node to write a line while nothing happens', isQuiet, 40_000).catch((error: Error) => {
        throw new Error(`${error.message}; the last lines: ${lines}`)
      })
    })
  }
})
