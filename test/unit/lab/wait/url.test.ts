import assert from 'node:assert/strict'
import {LabError} from '../../../../src/errors.js'
import {openPortOf, parseUrl, targetFrom} from '../../../../src/lab/wait/url.js'
import {topology} from '../../../support/lab.js'

const lab = topology({portOffset: 1000})
const nodeOf = (name: string) => lab.nodes.find(node => node.name === name)!

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof LabError && error.code === 'usage-invalid' && message.test(error.message) && error.next.length > 0

describe('a URL that is waited for', () => {
  for (const [url, parts] of [
    ['/', {path: '/'}],
    ['/a/b?c=d', {path: '/a/b?c=d'}],
    [':9763', {port: 9763, path: '/'}],
    [':9763/health', {port: 9763, path: '/health'}],
    ['https://:8243/x', {tls: true, port: 8243, path: '/x'}],
    ['http://backend/x', {tls: false, host: 'backend', port: 80, path: '/x'}],
    ['https://a.b-c.localhost', {tls: true, host: 'a.b-c.localhost', port: 443, path: '/'}],
    ['https://a:9443/x', {tls: true, host: 'a', port: 9443, path: '/x'}],
  ] as const)
    it(`${url} is read`, () => assert.deepEqual(parseUrl(url), parts))

  for (const url of [
    '',
    'x',
    'a:9443/x',
    'ftp://a/',
    'https://',
    'https:///x',
    ':0/',
    ':65536/',
    '/a b',
    '/a#b',
    '/ü',
    'https://u:p@a/',
  ])
    it(`${JSON.stringify(url)} is refused`, () => assert.throws(() => parseUrl(url), refused(/can't be asked/)))

  describe('in the network of a node', () => {
    for (const [node, url, text] of [
      ['gateway-1', '/health', 'http://gateway-1:9763/health'],
      ['gateway-1', ':9763/x', 'http://gateway-1:9763/x'],
      ['gateway-1', ':8243/x', 'https://gateway-1:8243/x'],
      ['gateway-1', 'http://:8243/x', 'http://gateway-1:8243/x'],
      ['gateway-1', ':5005/', 'http://gateway-1:5005/'],
      ['load-balancer', '/health', 'http://load-balancer:8081/health'],
      ['publisher-1', 'https://gateway-1:8243/x', 'https://gateway-1:8243/x'],
    ] as const)
      it(`of ${node}, ${url} is ${text}`, () => assert.equal(targetFrom(nodeOf(node), url, lab, 'PEM').text, text))

    it('without HTTP needs a port', () =>
      assert.throws(() => targetFrom(nodeOf('mysql'), '/x', lab, ''), refused(/mysql is not asked over HTTP/)))

    it('is verified where the certificate is ours', () => {
      const product = topology({tls: 'product', release: '3.2.0'})
      const authority = (url: string, of = lab) => targetFrom(nodeOf('gateway-1'), url, of, 'PEM').target.authority
      assert.equal(authority('https://:8243/'), 'PEM')
      assert.equal(authority('https://:8243/', product), undefined)
      assert.equal(authority('https://gateway.apim.localhost:8243/', product), 'PEM')
    })
  })

  describe('from this host', () => {
    it('is an open port of the load balancer, under its host name', () => {
      const {open, path, text} = openPortOf('https://gateway.apim.localhost:9243/x', lab)
      assert.deepEqual([open.component, open.spec.port, path], ['gateway', 8243, '/x'])
      assert.equal(text, 'https://gateway.apim.localhost:9243/x')
    })

    for (const url of [
      '/x',
      ':8243/x',
      'https://gateway.apim.localhost:8243/x',
      'http://gateway.apim.localhost:9243/x',
    ])
      it(`${url} is none`, () =>
        assert.throws(() => openPortOf(url, lab), refused(/https:\/\/gateway\.apim\.localhost:9243\/, /)))
  })
})
