import assert from 'node:assert/strict'
import {backendKey, readBackend} from '../../../../src/lab/links/nginx.js'
import {balancedPairs} from '../../../../src/model/link-pairs.js'
import type {LabSettings} from '../../../../src/model/settings.js'
import {rendered, topology} from '../../../support/lab.js'

const configOf = (changes: Partial<LabSettings>) =>
  String(rendered(changes).files.find(({path}) => path === 'config/load-balancer/nginx.conf')?.content)

describe("the load balancer's configuration, read back", () => {
  for (const [title, changes] of Object.entries<Partial<LabSettings>>({
    'one node each': {},
    'one host name': {hosts: 'one', components: {publisher: {replicas: 2}}},
    'one host name and one port': {hosts: 'one', publicHttps: 443},
    'an offset and two nodes of what is sticky': {
      portOffset: 1000,
      components: {publisher: {replicas: 2}, devportal: {replicas: 2}, gateway: {replicas: 2}},
    },
  }))
    it(`has every backend of a lab with ${title}`, () => {
      const text = configOf(changes)
      const pairs = balancedPairs(topology(changes))
      assert.ok(pairs.length > 0)
      for (const {open, server, expected} of pairs) {
        for (const path of open.paths.length > 0 ? open.paths : [undefined]) {
          const backend = readBackend(text, open.hostName, open.port, path)
          assert.ok(backend)
          assert.ok(
            backend.addresses.includes(`${expected.host}:${expected.port}`),
            `${expected.host}:${expected.port}`,
          )
          assert.equal(backend.key, backendKey(open.hostName, open.port, path))
          assert.ok(backend.stickyNodes?.includes(server.name) ?? true)
        }
      }
    })

  it('tells places apart by path, where the host name is one', () => {
    const text = configOf({hosts: 'one', components: {publisher: {replicas: 2}}})
    const find = (path: string) => readBackend(text, 'apim.localhost', 9443, path)
    assert.deepEqual(find('/admin')?.addresses, ['publisher-1:9443', 'publisher-2:9443'])
    assert.equal(find('/admin')?.key, 'server apim.localhost:9443 > location /admin > proxy_pass')
    assert.deepEqual(find('/publisher')?.stickyNodes, ['publisher-1', 'publisher-2'])
    assert.equal(find('/devportal')?.stickyNodes, undefined)
    assert.equal(find('/api'), undefined)
  })

  it('tells which nodes browsers are kept with, where they are', () => {
    const text = configOf({components: {publisher: {replicas: 2}}})
    assert.deepEqual(readBackend(text, 'publisher.apim.localhost', 9443)?.stickyNodes, ['publisher-1', 'publisher-2'])
    assert.equal(readBackend(text, 'devportal.apim.localhost', 9443)?.stickyNodes, undefined)
  })

  it('has none for another host or port, and takes no comment for a line', () => {
    const text = configOf({})
    assert.equal(readBackend(text, 'nobody.apim.localhost', 9443), undefined)
    assert.equal(readBackend(text, 'publisher.apim.localhost', 944), undefined)
    assert.equal(readBackend('', 'publisher.apim.localhost', 9443), undefined)
    const commented = text.replaceAll(/^(\s*)(proxy_pass)/gm, '$1# $2')
    assert.equal(readBackend(commented, 'publisher.apim.localhost', 9443), undefined)
  })

  it('has what somebody changed', () => {
    const text = configOf({}).replaceAll(/(set \$backend) \S+:(8243|8280);/g, '$1 nobody:$2;')
    for (const port of [8243, 8280])
      assert.deepEqual(readBackend(text, 'gateway.apim.localhost', port)?.addresses, [`nobody:${port}`])
  })
})
