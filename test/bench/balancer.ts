// Compares calls through the load balancer with the same calls to the gateway itself: one lab, one client, alternating rounds, medians.
// Needs an engine whose containers this host reaches at their own addresses (Linux).
import {readFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {Agent} from 'node:https'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {lifeIn} from '../integration/support/lab-calls.js'
import {TestLab} from '../integration/support/test-lab.js'
import {ask} from '../support/ask.js'
import {eventually} from '../support/eventually.js'
import {median} from './figures.js'

const ROUNDS = 5
const SECONDS = 4
const CONNECTIONS = 16
/** Of the calls a second that the gateway serves itself. */
const LEAST = 0.5
const ANSWER = JSON.stringify({list: [{name: 'Margherita', price: '9.90'}]})

interface Side {
  readonly host: string
  readonly port: number
  readonly servername: string
}

const backend = createServer((_, response) => response.end(ANSWER)).listen(0)
const lab = await TestLab.create('balancer-bench')

/** Calls that were answered in a second, by clients that each wait for an answer before the next call and keep their connection. */
async function round(side: Side, ca: Buffer, token: string): Promise<number> {
  const agent = new Agent({keepAlive: true, maxSockets: CONNECTIONS})
  const target = {...side, ca, agent, path: '/bench/1.0.0/menu', headers: {host: `${side.servername}:${side.port}`}}
  const start = performance.now()
  let answered = 0
  const client = async () => {
    while (performance.now() - start < SECONDS * 1000) {
      const {status, text} = await ask(true, target, {bearer: token})
      if (status !== 200) throw new Error(`HTTP ${status} from ${side.host}:${side.port}: ${text}`)
      answered += 1
    }
  }
  await Promise.all(Array.from({length: CONNECTIONS}, client))
  const seconds = (performance.now() - start) / 1000
  agent.destroy()
  return answered / seconds
}

try {
  const {exitCode, stderr} = await lab.up()
  if (exitCode !== 0) throw new Error(String(stderr))
  const {NetworkSettings} = await lab.container('gateway-1').inspect()
  const [network] = Object.values(NetworkSettings.Networks)
  const servername = `gateway.${lab.name}.localhost`
  const sides = {
    direct: {host: network!.IPAddress, port: 8243, servername},
    through: {host: '127.0.0.1', port: 8243 + lab.portOffset, servername},
  }
  const life = await lifeIn(lab)
  const url = `http://${network!.Gateway}:${(backend.address() as AddressInfo).port}`
  const {keys} = await life.ready({name: 'Bench', context: '/bench', url})
  const ca = await readFile(join(lab.dataHome, 'apim-lab/ca/ca.pem'))
  const path = '/bench/1.0.0/menu'
  await eventually('the gateway serves the API', async () => {
    const {status} = await ask(true, {...sides.direct, ca, path}, {bearer: keys.token})
    return status === 200
  })
  const rounds: Record<keyof typeof sides, number[]> = {direct: [], through: []}
  for (let i = 0; i <= ROUNDS; i++) {
    for (const name of ['direct', 'through'] as const) {
      const perSecond = await round(sides[name], ca, keys.token)
      // The first round warms both up.
      if (i > 0) rounds[name].push(perSecond)
    }
  }
  for (const [name, all] of Object.entries(rounds)) console.log(`${name.padEnd(8)} ${median(all).toFixed(0)} calls/s`)
  const ratio = median(rounds.through) / median(rounds.direct)
  console.log(`ratio    ${ratio.toFixed(2)} (at least ${LEAST})`)
  process.exitCode = ratio >= LEAST ? 0 : 1
} finally {
  await lab.remove()
  backend.close()
  backend.closeAllConnections()
}
