import assert from 'node:assert/strict'
import {expectedText, leadsTo, readAddress, shown} from '../../../src/model/link-address.js'
import type {LinkProbe} from '../../../src/model/release.js'

describe('an address as a configuration file has it', () => {
  const TABLE: readonly (readonly [written: string, read: string | undefined])[] = [
    ['https://key-manager:9443/services/', 'https key-manager 9443'],
    ['tcp://traffic-manager-1:5672', 'tcp traffic-manager-1 5672'],
    ['ssl://traffic-manager-1:9711', 'ssl traffic-manager-1 9711'],
    ['analytics-worker:9444', ' analytics-worker 9444'],
    ['https://Gateway.apim.localhost:8243', 'https gateway.apim.localhost 8243'],
    ['https://key-manager/services/', 'https key-manager 443'],
    ['https://admin:secret@key-manager:9443/', 'https key-manager 9443'],
    ['amqp://admin:se@cret@traffic-manager-1:5672?x=1', 'amqp traffic-manager-1 5672'],
    ['https://[::1]:9443/', 'https ::1 9443'],
    ['https://${carbon.local.ip}:9443/', undefined],
    ['$ref{x.y}', undefined],
    ['key-manager', undefined],
    ['tcp://key-manager', undefined],
    ['https://key-manager:99999/', undefined],
    ['', undefined],
    ['{tcp://a:9611},{tcp://b:9611}', undefined],
  ]
  for (const [written, read] of TABLE)
    it(`${JSON.stringify(written)} is ${read ?? 'none'}`, () => {
      const address = readAddress(written)
      assert.equal(address && `${address.scheme} ${address.host} ${address.port}`, read)
    })

  it('is shown without a user and a password', () => {
    assert.equal(shown('https://admin:secret@key-manager:9443/x@y'), 'https://key-manager:9443/x@y')
    assert.equal(shown('admin:se@cret@host:5672'), 'host:5672')
  })
})

describe('where an address leads to', () => {
  const expected = {host: 'key-manager', port: 9443}
  const TABLE: readonly (readonly [written: string, probe: LinkProbe, right: boolean])[] = [
    ['https://key-manager:9443/services/', 'https', true],
    ['key-manager:9443', 'https', true],
    ['https://key-manager-1:9443/services/', 'https', false],
    ['https://key-manager:9444/services/', 'https', false],
    ['http://key-manager:9443/services/', 'https', false],
    ['tcp://key-manager:9443', 'greeting', true],
    ['ssl://key-manager:9443', 'greeting', false],
    ['ssl://key-manager:9443', 'tls', true],
    ['tcp://key-manager:9443', 'tls', false],
  ]
  for (const [written, probe, right] of TABLE)
    it(`${written} is ${right ? 'right' : 'wrong'} for ${probe}`, () =>
      assert.equal(leadsTo(written, expected, probe), right))

  it('is told in the way that the file has it', () => {
    assert.equal(expectedText(expected, 'https'), 'https://key-manager:9443')
    assert.equal(expectedText(expected, 'https', 'nobody:9443'), 'key-manager:9443')
    assert.equal(expectedText(expected, 'tls', 'tcp://nobody:1'), 'ssl://key-manager:9443')
  })
})
