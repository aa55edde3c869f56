import assert from 'node:assert/strict'
import {createServer, type AddressInfo, type Server} from 'node:net'
import type {Engine} from '../../../../src/engine/engine.js'
import {checkPorts} from '../../../../src/lab/checks/check-ports.js'
import {MOST_PORT_OFFSET} from '../../../../src/model/settings.js'
import type {Topology} from '../../../../src/model/topology.js'
import {topology} from '../../../support/lab.js'

const ADDRESS = '127.0.0.1'

describe('the check of ports', () => {
  let server: Server
  let lab: Topology

  before(async () => {
    server = createServer()
    await new Promise<void>(resolve => server.listen(0, ADDRESS, resolve))
    const {port} = server.address() as AddressInfo
    const whole = topology()
    lab = {...whole, openPorts: whole.openPorts.slice(0, 1).map(open => ({...open, port}))}
  })
  after(() => server.close())

  const engine = (owners: readonly string[], of: {lab?: string; node?: string} = {}) => {
    const published = owners.map(owner => ({address: ADDRESS, port: lab.openPorts[0]!.port, owner, ...of}))
    return {publishedPorts: () => Promise.resolve(published)} as unknown as Engine
  }

  it("lets the lab's own load balancer have them, which gives them back when it is recreated", () =>
    checkPorts(engine(['apim-load-balancer'], {lab: 'apim', node: 'load-balancer'}), lab))

  it('names another container', () =>
    assert.rejects(checkPorts(engine(['other']), lab), {code: 'port-taken', message: /taken by container other/}))

  it('advises an offset with which all ports are free', async () => {
    const base = lab.openPorts[0]!
    const two = {...lab, openPorts: [base, {...base, port: base.port + 1100}]}
    // Of a lab 1000 further, one port is this one's other port plus 1000.
    const taken = [base.port, base.port + 2100].map(port => ({address: ADDRESS, port, owner: 'other'}))
    const busy = {publishedPorts: () => Promise.resolve(taken)} as unknown as Engine
    await assert.rejects(checkPorts(busy, two), ({next}: {next: string[]}) => {
      assert.deepEqual(next, ['docker stop other', 'apim-lab up --lab apim --port-offset 2000'])
      return true
    })
  })

  it('advises no offset where none is left', async () => {
    const last = {...lab, settings: {...lab.settings, portOffset: MOST_PORT_OFFSET}}
    await assert.rejects(checkPorts(engine(['other']), last), ({next}: {next: string[]}) => {
      assert.deepEqual(next, ['docker stop other'])
      return true
    })
  })

  it('waits for one that a container of the engine is about to give back', async () => {
    const leaving = createServer()
    await new Promise<void>(resolve => leaving.listen(0, ADDRESS, resolve))
    const {port} = leaving.address() as AddressInfo
    let asked = 0
    const late = {
      publishedPorts: () => {
        if (++asked === 2) leaving.close()
        return Promise.resolve([])
      },
    } as unknown as Engine
    await checkPorts(late, {...lab, openPorts: lab.openPorts.map(open => ({...open, port}))})
    assert.ok(asked >= 2)
  })

  it('names a process of this machine', () =>
    assert.rejects(checkPorts(engine([]), lab), {code: 'port-taken', message: /taken by /}))
})
