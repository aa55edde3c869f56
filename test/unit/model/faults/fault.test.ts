import assert from 'node:assert/strict'
import {DIRECTIONS, FAULT_KINDS} from '../../../../src/model/faults/fault-kinds.js'
import {describeFault, readFault, optionsOf, type FaultOptions} from '../../../../src/model/faults/fault.js'
import {parseFaultLabel, printFaultLabel, type PlacedFault} from '../../../../src/model/faults/fault-label.js'
import {durationMs, durationText} from '../../../../src/model/duration.js'

const refuses = (options: FaultOptions, on: 'link' | 'node', message: RegExp) =>
  assert.throws(() => readFault(options, on), {code: 'usage-invalid', message})

describe('a fault that is asked for', () => {
  for (const {name, on, value, path} of FAULT_KINDS)
    it(`is ${name}, of a ${on}`, () => {
      const values: FaultOptions = {loss: '20%', delay: '300ms', rate: '64kbit', cpu: '0.2', 'disk-full': '/tmp'}
      const options = (value ?? path) ? values[name] : true
      const fault = readFault({[name]: options}, on)
      assert.equal(fault.kind, name)
      assert.ok(describeFault(fault).length > 2)
      assert.deepEqual(readFault(optionsOf(fault), on), fault, 'as it would be said again')
      refuses({[name]: options}, on === 'link' ? 'node' : 'link', new RegExp(`--${name} is a fault of a ${on}`))
    })

  it('is told in words', () => {
    assert.equal(
      describeFault(readFault({delay: '300ms', jitter: '50', direction: 'from'}, 'link')),
      'delay 300 ms, up to 50 ms more, from the server only',
    )
    assert.equal(describeFault(readFault({loss: '20'}, 'link')), 'packet loss 20 %')
    assert.equal(describeFault(readFault({rate: '2mbit'}, 'link')), 'rate 2000 kbit/s')
    assert.equal(describeFault(readFault({'disk-full': '/tmp/a b/'}, 'node')), 'disk full at /tmp/a b')
  })

  it('that can not be is an error with what would be right', () => {
    refuses({}, 'link', /No fault is named: one of --cut, --reject/)
    refuses({cut: true, reset: true}, 'link', /One fault at a time: --cut, --reset/)
    refuses({loss: '120%'}, 'link', /--loss takes a percentage from 0.1% to 100%, not "120%"/)
    refuses({delay: 'soon'}, 'link', /--delay takes a time from 1ms to 60s/)
    refuses({rate: '0'}, 'link', /--rate takes a rate/)
    for (const path of [
      '',
      '/',
      'tmp',
      '/tmp/../etc',
      '/a,upperdir=/b',
      '/a:/b',
      '/a\nb',
      '/a//b',
      `/${'a'.repeat(600)}`,
    ])
      refuses({'disk-full': path}, 'node', /--disk-full takes the path of a folder in the node/)
    refuses({cut: true, jitter: '3ms'}, 'link', /--jitter goes with --delay/)
    refuses({reset: true, direction: 'to'}, 'link', /--reset has no direction/)
  })
})

describe('the label of a fault', () => {
  const fault: PlacedFault = {
    id: '415926',
    kind: 'loss',
    value: 20,
    direction: 'both',
    node: 'gateway-1',
    links: ['gateway-1->traffic-manager-1:5672'],
    seconds: 60,
  }

  it('is read as it was printed', () => assert.deepEqual(parseFaultLabel(printFaultLabel(fault)), fault))

  for (const text of [
    '',
    'null',
    '[]',
    '{}',
    JSON.stringify({...fault, id: '../x'}),
    JSON.stringify({...fault, links: [1]}),
  ])
    it(`is none: ${text.slice(0, 30)}`, () => assert.equal(parseFaultLabel(text), undefined))

  it('knows the directions that there are', () => assert.equal(DIRECTIONS.length, 3))
})

describe('a duration', () => {
  for (const [text, ms] of [
    ['300ms', 300],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1.5s', 1500],
    ['2h', 7_200_000],
  ] as const)
    it(`is ${text}`, () => assert.equal(durationMs(text), ms))

  for (const text of ['', '30', 's', '30 seconds', '-3s', '3s!'])
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(durationMs(text), undefined))

  it('is told as people write it', () =>
    assert.deepEqual([300, 1500, 60_000, 120_000].map(durationText), ['300 ms', '1.5 s', '60 s', '2 min']))
})
