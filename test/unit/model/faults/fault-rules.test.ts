import assert from 'node:assert/strict'
import type {PlacedFault} from '../../../../src/model/faults/fault-label.js'
import {idOfMark, idOfTable, markOf, noteOf, tableName, tableText} from '../../../../src/model/faults/fault-rules.js'

const fault = (changes: Partial<PlacedFault>): PlacedFault => ({
  id: '415926',
  kind: 'cut',
  direction: 'both',
  node: 'gateway-1',
  links: ['gateway-1->traffic-manager-1:5672'],
  seconds: 60,
  ...changes,
})
const END = {address: '172.18.0.5', port: 5672}
const rules = (changes: Partial<PlacedFault>, ends: Parameters<typeof tableText>[1] = [END]) =>
  tableText(fault(changes), ends, 1_795_900_000)
    .split('\n')
    .filter(line => line.includes('meta time'))
    .map(line => line.trim())

describe('the rules of a fault', () => {
  it('hold until the deadline, and not longer', () => {
    for (const kind of ['cut', 'loss', 'reject', 'reset', 'no-dns'])
      for (const rule of rules({kind, value: 20})) assert.match(rule, /meta time < 1795900000/)
  })

  it('drop in both directions, or in one', () => {
    const to = 'ip daddr 172.18.0.5 tcp dport 5672 meta time < 1795900000 drop'
    const from = 'iifname != "lo" ip saddr 172.18.0.5 tcp sport 5672 meta time < 1795900000 drop'
    assert.deepEqual(rules({}), [to, from])
    assert.deepEqual(rules({direction: 'to'}), [to])
    assert.deepEqual(rules({direction: 'from'}), [from])
  })

  it('lose so many, or all', () => {
    assert.match(rules({kind: 'loss', value: 12.5})[0]!, /numgen random mod 1000 < 125 drop$/)
    assert.match(rules({kind: 'loss', value: 100})[0]!, /5672 meta time < 1795900000 drop$/)
  })

  it('lead to the relay, but not what is its own', () => {
    const [relay, old] = rules({kind: 'delay', value: 300}, [{...END, relayPort: 40_001}])
    assert.match(relay!, /meta skgid != 64917 meta time < \d+ redirect to :40001$/)
    assert.match(old!, /meta skgid != 64917 .* reject with tcp reset$/)
  })

  it('of who comes in are told by the port', () => {
    assert.deepEqual(rules({}, [{address: null, port: 8243}]), [
      'oifname != "lo" tcp sport 8243 meta time < 1795900000 drop',
      'iifname != "lo" tcp dport 8243 meta time < 1795900000 drop',
    ])
  })

  it('are known by their names and marks', () => {
    assert.equal(idOfTable(tableName('415926')), '415926')
    assert.equal(idOfTable('filter'), undefined)
    assert.equal(markOf('415926'), '127.70.88.182')
    assert.equal(idOfMark(markOf('415926')), '415926')
    for (const address of ['127.0.0.1', '127.0.0.11', '10.64.0.1', '::1']) assert.equal(idOfMark(address), undefined)
    assert.equal(noteOf(fault({}), 7), '7 cut gateway-1->traffic-manager-1:5672')
  })
})
