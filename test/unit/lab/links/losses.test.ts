import assert from 'node:assert/strict'
import {withLosses} from '../../../../src/lab/links/losses.js'
import type {Prober} from '../../../../src/lab/links/prober.js'
import type {LinkRow} from '../../../../src/lab-events/link-row.js'
import type {Probe} from '../../../../src/model/probe.js'
import type {Node} from '../../../../src/model/topology.js'

const ROW: LinkRow = {
  client: 'gateway-1',
  server: 'analytics-worker-1',
  port: 7612,
  purpose: 'analytics events',
  use: 'used',
  state: 'ok',
  file: 'f',
  key: 'k',
  found: 'tcp://analytics-worker-1:7612',
  expected: 'tcp://analytics-worker-1:7612',
  detail: 'greets',
}
const OTHER: LinkRow = {...ROW, server: 'traffic-manager-1', port: 9611, found: 'tcp://traffic-manager-1:9611'}
const SILENT: Probe = {kind: 'http', port: 9763, path: '/health', status: 200}
const PROBE: Probe = {...SILENT, tellsLosses: true}

const rowsWith = (body: string, probe = PROBE) => {
  const client = {name: 'gateway-1', spec: {probes: [probe]}} as unknown as Node
  const prober = {
    read: (port: number, path: string) => Promise.resolve(port === 9763 && path === '/health' ? body : ''),
  }
  return withLosses([ROW, OTHER], client, prober as unknown as Prober)
}
const told = (dropped: number) =>
  JSON.stringify({
    links: [
      {host: 'analytics-worker-1', port: 7612, dropped},
      {host: 'x', port: 1},
    ],
  })

describe('links that have lost something', () => {
  it('say how much, though they work now', async () => {
    const detail = 'greets; 12 messages were dropped since gateway-1 started'
    assert.deepEqual(await rowsWith(told(12)), [{...ROW, dropped: 12, detail}, OTHER])
  })

  it('are as they are where nothing was lost, or where the node tells nothing of use', async () => {
    for (const body of [told(0), '', 'x', 'null', '{}', '{"links":7}', '{"links":[null]}']) {
      assert.deepEqual(await rowsWith(body), [ROW, OTHER], body)
    }
  })

  it('are not asked for where the release does not tell', async () => {
    assert.deepEqual(await rowsWith(told(12), SILENT), [ROW, OTHER])
  })
})
