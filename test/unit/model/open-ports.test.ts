import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import type {LabSettings} from '../../../src/model/settings.js'
import {LOAD_BALANCER} from '../../../src/model/topology.js'
import {certificateNames} from '../../../src/render/certificate-names.js'
import {rendered, topology} from '../../support/lab.js'

const pathsOf = (changes: Partial<LabSettings>) =>
  Object.fromEntries(
    topology(changes).openPorts.map(({component, port, paths}) => [`${component}:${port}`, paths.join(' ')]),
  )

const refused = (changes: Partial<LabSettings>, message: RegExp) =>
  assert.throws(
    () => topology(changes),
    (error: unknown) => {
      assert.ok(error instanceof LabError)
      assert.equal(error.code, 'usage-invalid')
      assert.match(error.message, message)
      return true
    },
  )

describe('open ports', () => {
  it('need no paths where each component has its host name', () =>
    assert.deepEqual(new Set(Object.values(pathsOf({publicHttps: 443}))), new Set([''])))

  it('have paths where several share one, and only there', () => {
    const paths = pathsOf({hosts: 'one'})
    assert.match(paths['publisher:9443'] ?? '', /^\/publisher .*\/api\/am\/admin/)
    assert.match(paths['key-manager:9443'] ?? '', /\/oauth2/)
    for (const alone of ['gateway:8243', 'gateway:8280', 'analytics-dashboard:9643']) assert.equal(paths[alone], '')
  })

  it('have no path twice', () => {
    const paths = Object.values(pathsOf({hosts: 'one'})).flatMap(text => text.split(' ').filter(Boolean))
    assert.equal(new Set(paths).size, paths.length)
  })

  it("leave all other paths of the one port to the gateway's APIs", () => {
    const paths = pathsOf({hosts: 'one', publicHttps: 443})
    assert.equal(paths['gateway:443'], '/')
    assert.equal(paths['analytics-dashboard:443'], '/analytics-dashboard /business-rules')
  })

  it('take no host name that is not asked for, or is taken', () => {
    refused({host: 'apim.example.com'}, /each has its own/)
    for (const host of ['localhost', 'gateway', 'gateway-1', 'mysql', 'load-balancer'])
      refused({hosts: 'one', host}, /has this name/)
  })

  it('are in the certificate by their one name', () => {
    const {settings, release} = topology({hosts: 'one', host: 'apim.example.com'})
    const names = certificateNames(settings, release)
    assert.equal(names.filter(name => name === 'apim.example.com').length, 1)
    assert.ok(!names.some(name => name.endsWith('.localhost')))
  })

  it('wait for a port where the configuration is the own one, which is taken as it is', () => {
    const config = {path: 'nginx.conf', content: 'events {}\n'}
    const changes = {components: {[LOAD_BALANCER]: {config}}}
    const balancer = topology(changes).nodes.find(({name}) => name === LOAD_BALANCER)!
    assert.deepEqual(balancer.spec.probes, [{kind: 'tcp', port: 9443}])
    const file = rendered(changes).files.find(({path}) => path === 'config/load-balancer/nginx.conf')
    assert.equal(file?.content, config.content)
  })
})
