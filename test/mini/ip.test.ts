import assert from 'node:assert/strict'
import {rangeOf} from '../../src/mini/components/gateway/ip.js'

describe('mini: ranges of addresses', () => {
  const inside = (from: string, to: string, ip: string) => rangeOf(from, to)(ip)

  it('have both of their ends, in either family', () => {
    for (const ip of ['10.0.0.1', '10.0.0.9', '10.0.1.0']) assert.ok(inside('10.0.0.1', '10.0.1.0', ip), ip)
    for (const ip of ['10.0.0.0', '10.0.1.1', '::1']) assert.ok(!inside('10.0.0.1', '10.0.1.0', ip), ip)
    for (const ip of ['2001:db8::1', '2001:db8:0:0::f']) assert.ok(inside('2001:db8::1', '2001:db8::f', ip), ip)
    assert.ok(!inside('2001:db8::1', '2001:db8::f', '2001:db8::10'))
  })

  it('have nothing in them that is no address', () => {
    for (const ip of ['', 'unknown', '10.0.0', '10.0.0.1:80', '010.0.0.2', '10.0.0.2 '])
      assert.ok(!inside('10.0.0.1', '10.0.0.9', ip), ip)
  })

  it('that are none have nothing in them', () => {
    for (const [from, to] of [
      ['', ''],
      ['10.0.0.9', '10.0.0.1'],
      ['10.0.0.1', '::1'],
      ['a', 'b'],
    ] as const)
      assert.ok(!inside(from, to, '10.0.0.5'), `${from}-${to}`)
  })
})
