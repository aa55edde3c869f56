import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import {browserHost, checkLabName, containerName, isDomain, resourceName} from '../../../src/model/names.js'

describe('names', () => {
  for (const name of ['a', 'apim', 'bug-4711', 'a'.repeat(32)]) {
    it(`${name} names a lab`, () => assert.equal(checkLabName(name), name))
  }

  const strangers = [
    ...['', '../x', 'a b', '$(id)', '`id`', 'a;b', 'Apim', '4711', '-a', 'a-', 'a_b', 'a.b', 'a/b', 'a\\b', 'ä'],
    ...['a\n', '\na', 'a\0', 'a'.repeat(33), '.', '..', '--help', '\u202eapim', '__proto__'],
  ]
  for (const name of strangers) {
    it(`${JSON.stringify(name)} names no lab`, () => {
      assert.throws(
        () => checkLabName(name),
        (error: unknown) => {
          assert.ok(error instanceof LabError)
          assert.equal(error.code, 'name-invalid')
          assert.ok(error.message.startsWith(JSON.stringify(name)))
          return true
        },
      )
    })
  }

  it('knows domains', () => {
    for (const domain of ['localhost', 'lab.example.com', 'a', '1.2', 'x-y.test']) assert.ok(isDomain(domain), domain)
    const wrong = ['', '.', 'a..b', '-a', 'a-', 'a b', 'A.com', 'a_b', '$(id)', '../x', 'a\n', `${'a'.repeat(64)}.b`]
    for (const domain of [...wrong, 'a.'.repeat(200)]) assert.ok(!isDomain(domain), domain)
  })

  it('checks a long domain at once', () => {
    const start = performance.now()
    assert.ok(!isDomain(`${'a'.repeat(100_000)}!`))
    assert.ok(!isDomain(`${'a-'.repeat(90)}!`))
    assert.ok(performance.now() - start < 2_000)
  })

  it('makes names of hosts, containers and resources', () => {
    const each = {lab: 'demo', domain: 'localhost', hosts: 'each', host: ''} as const
    assert.equal(browserHost('gateway', each), 'gateway.demo.localhost')
    assert.equal(browserHost('gateway', {...each, hosts: 'one'}), 'demo.localhost')
    assert.equal(browserHost('gateway', {...each, hosts: 'one', host: 'apim.example.com'}), 'apim.example.com')
    assert.equal(containerName('demo', 'gateway-1'), 'demo-gateway-1')
    assert.equal(resourceName('demo', 'db'), 'demo_db')
  })
})
