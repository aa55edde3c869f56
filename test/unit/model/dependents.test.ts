import assert from 'node:assert/strict'
import {downNodes} from '../../../src/lab/state/down-nodes.js'
import {dependentsOf, dependentsText} from '../../../src/model/dependents.js'
import {topology} from '../../support/lab.js'

describe('what hangs on a node that does not run', () => {
  const lab = topology({analytics: false})

  it('is told as one cause', () => {
    assert.equal(
      dependentsText('mysql is stopped', dependentsOf('mysql', lab)),
      'mysql is stopped: 8 logins depend on it',
    )
    assert.equal(dependentsText('x is paused', {links: 1, logins: 0}), 'x is paused: 1 link depends on it')
    assert.equal(dependentsText('x is paused', {links: 3, logins: 1}), 'x is paused: 3 links and 1 login depend on it')
    assert.equal(dependentsText('x is paused', {links: 0, logins: 0}), 'x is paused')
  })

  it('are its own links, and those to it but what browsers use through the load balancer', () => {
    const {links, logins} = dependentsOf('key-manager-1', lab)
    assert.ok(links > 5, String(links))
    assert.equal(logins, 2)
    assert.ok(dependentsOf('load-balancer', lab).links >= 2 * lab.openPorts.length)
  })

  it('comes first where it is most', () => {
    const containers = new Map(
      lab.nodes.map(({name}) => [
        name,
        {state: name === 'gateway-1' ? 'paused' : name === 'mysql' ? 'exited' : 'running'} as const,
      ]),
    )
    containers.delete('devportal-1')
    const down = downNodes(lab, containers)
    assert.deepEqual(down.map(({cause}) => cause).toSorted(), [
      'devportal-1 has no container',
      'gateway-1 is paused',
      'mysql is stopped',
    ])
    const counts = down.map(({links, logins}) => links + logins)
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => b - a),
    )
  })
})
