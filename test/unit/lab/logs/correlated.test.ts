import assert from 'node:assert/strict'
import type {LogLine} from '../../../../src/engine/engine.js'
import {linesWith} from '../../../../src/lab/logs/correlated.js'
import type {NodeLine} from '../../../../src/lab/logs.js'
import {topology} from '../../../support/lab.js'

const ID = 'f81d4fae-7dec'
const LOGS: Readonly<Record<string, readonly string[]>> = {
  'gateway-1': [`2026-01-01T00:00:01.000000000Z asked ${ID}`, '2026-01-01T00:00:02.000000000Z something else'],
  'key-manager-1': [`2026-01-01T00:00:03.000000000Z answered activityid=${ID}`],
}
const FILE = [
  `2026-01-01 00:00:01,500|${ID}|thread-1|3|HTTP|GET`,
  '2026-01-01 00:00:01,600|another|thread-1|3|HTTP|GET',
  `no time but ${ID}`,
].join('\n')

const read: string[] = []
const engine = {
  async *logs({instance}: {instance: string}): AsyncGenerator<LogLine> {
    for (const text of LOGS[instance] ?? []) yield {at: text.slice(0, 30), stream: 'stdout', line: text.slice(31)}
  },
  readFile: (_: unknown, path: string) => {
    read.push(path)
    return Promise.resolve(FILE)
  },
}
const nodes = Object.keys(LOGS).map(name => ({name, instance: name}))
const {signal} = new AbortController()

async function lines(settings: Parameters<typeof topology>[0]): Promise<readonly string[]> {
  const found: NodeLine[] = []
  for await (const line of linesWith(nodes, engine, topology(settings), {id: ID, signal})) found.push(line)
  return found.map(({node, stream, line}) => `${node} ${stream} ${line}`)
}

describe('lines that carry a correlation id', () => {
  beforeEach(() => read.splice(0))

  it('are of the logs of all nodes, in one order', async () => {
    const found = await lines({})
    assert.deepEqual(found, [`gateway-1 stdout asked ${ID}`, `key-manager-1 stdout answered activityid=${ID}`])
    assert.deepEqual(read, [])
  })

  it("are of the product's correlation log too, where it is on", async () => {
    const found = await lines({release: '3.2.0', components: {gateway: {correlationLogs: true}}})
    assert.deepEqual(found, [
      `gateway-1 stdout asked ${ID}`,
      `gateway-1 file 2026-01-01 00:00:01,500|${ID}|thread-1|3|HTTP|GET`,
      `key-manager-1 stdout answered activityid=${ID}`,
    ])
    assert.deepEqual(read, ['/home/wso2carbon/wso2am-3.2.0/repository/logs/correlation.log'])
  })
})
