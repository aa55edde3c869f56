import assert from 'node:assert/strict'
import {logEntry} from '../../../src/model/log-format.js'
import {topology} from '../../support/lab.js'

/** Lines as the servers write them, and what they tell. */
const LINES: readonly (readonly [string, string, string | undefined])[] = [
  ['gateway-1', '[2026-11-29 16:34:09,767]  WARN - Link lost it', 'warn Link lost it'],
  ['gateway-1', '[2026-11-29 16:34:09,767]  INFO - Link WARN ERROR', undefined],
  ['gateway-1', '[2020-08-10 12:00:00,123] ERROR - PassThroughHttpSender failed', 'error PassThroughHttpSender failed'],
  ['gateway-1', '[2020-08-10 12:00:00,123] ERROR {org.wso2.A} - failed', 'error {org.wso2.A} - failed'],
  ['gateway-1', '[2020-08-10 12:00:00,123] [f81d4fae] FATAL {a.B} - failed', 'error {a.B} - failed'],
  ['gateway-1', 'TID: [-1234] [] [2020-08-10 12:00:00,123] ERROR {a.B} - failed', 'error {a.B} - failed'],
  ['gateway-1', '\tat org.wso2.ERROR(A.java)', undefined],
  [
    'mysql',
    '2026-11-29T20:00:00.000000Z 0 [Warning] [MY-010068] [Server] CA is self signed',
    'warn [MY-010068] [Server] CA is self signed',
  ],
  ['mysql', '2026-11-29  9:00:00 0 [ERROR] InnoDB: out of space', 'error InnoDB: out of space'],
  ['mysql', '2026-11-29 20:00:00 0 [Note] ready', undefined],
  ['load-balancer', '2026/11/29 20:00:00 [error] 29#29: *1 connect() failed', 'error *1 connect() failed'],
  ['load-balancer', '172.18.0.1 - - [29/Nov/2026:20:00:00 +0000] "GET /error HTTP/1.1" 500', undefined],
]

describe('what a line of a log tells', () => {
  const {nodes} = topology()
  for (const [name, line, expected] of LINES)
    it(`${name}: ${line.slice(0, 60)}`, () => {
      const {level, text} = logEntry(line, nodes.find(node => node.name === name)!.spec.logFormat!) ?? {}
      assert.equal(level && `${level} ${text}`, expected)
    })

  it('is known of every node of a lab, with PostgreSQL too', () => {
    for (const settings of [{release: '4.4.0'}, {release: '3.2.0', database: 'postgresql'}] as const)
      for (const {name, spec} of topology(settings).nodes) assert.ok(spec.logFormat, name)
    const {spec} = topology({release: '3.2.0', database: 'postgresql'}).nodes.find(node => node.name === 'postgresql')!
    const line = '2026-11-29 20:00:00.123 UTC [42] FATAL:  password authentication failed'
    assert.deepEqual(logEntry(line, spec.logFormat!), {level: 'error', text: 'password authentication failed'})
  })

  it('takes no time for ever', () => {
    const begin = performance.now()
    for (const {spec} of nodes) logEntry(`[2026-11-29 16:34:09,767] ${' ['.repeat(10_000)}`, spec.logFormat!)
    assert.ok(performance.now() - begin < 2000)
  })
})
