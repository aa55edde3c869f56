import assert from 'node:assert/strict'
import {exposureOf} from '../../../src/model/exposure.js'

describe('ports beyond this machine', () => {
  for (const address of ['127.0.0.1', '127.0.1.1', '::1'])
    it(`are none on ${address}`, () => assert.equal(exposureOf({address}), undefined))

  for (const address of ['0.0.0.0', '::', '192.168.1.7'])
    it(`on ${address} are told, with what may happen and what keeps them here`, () =>
      assert.match(exposureOf({address}) ?? '', new RegExp(`on ${address}: .*password admin; ports.address: 127`)))
})
