import assert from 'node:assert/strict'
import {verifyJunit} from '../../../src/cli/verify-junit.js'
import {verifyText} from '../../../src/cli/verify-text.js'
import type {VerifyResult, VerifyStep} from '../../../src/lab/verify/verify.js'

const passed: VerifyStep = {
  name: 'create',
  title: 'create an API',
  ok: true,
  ms: 130,
  links: ['user -> load-balancer:9443', 'load-balancer -> publisher-1:9443'],
  detail: '/verify 1.0.0, 3 resources',
}
const failed: VerifyStep = {
  name: 'call',
  title: 'call the API',
  ok: false,
  ms: 30_400,
  links: ['user -> load-balancer:8243', 'load-balancer -> gateway-1:8243'],
  detail: 'expected HTTP 200, got HTTP 401',
  failure: {
    expected: "HTTP 200 with the backend's body from /menu on 8243 within 30 s",
    got: `HTTP 401, code 900901, {"fault":"${'x'.repeat(100)}"}`,
    call: 'GET /verify/1.0.0/menu through load-balancer:8243',
    correlationId: 'an-id',
    log: ['gateway-1 | \u001B[2Jrefused & <said> activityid=an-id'],
  },
}
const skipped: VerifyStep = {
  name: 'scope',
  title: 'call a resource that needs a scope',
  ok: false,
  skipped: true,
  ms: 0,
  links: [],
  detail: 'needs: call',
}
const result: VerifyResult = {
  lab: 'apim',
  release: 'mini',
  passed: false,
  steps: [passed, failed, skipped],
  curl: [],
}

describe('the text of verify', () => {
  it('is a line of at most 80 columns for each step, then what failed in full', () => {
    const lines = verifyText(result, 80).split('\n')
    assert.deepEqual(lines.slice(0, 4), [
      '✓ create   0.1 s  /verify 1.0.0, 3 resources',
      `✗ call    30.4 s  HTTP 401, code 900901, {"fault":"${'x'.repeat(28)}…`,
      '- scope           skipped, needs: call',
      '',
    ])
    assert.ok(lines.slice(0, 3).every(({length}) => length <= 80))
    assert.deepEqual(lines.slice(4, 11), [
      '✗ call: call the API',
      "    expected  HTTP 200 with the backend's body from /menu on 8243 within 30 s",
      `    got       HTTP 401, code 900901, {"fault":"${'x'.repeat(100)}"}`,
      '    call      GET /verify/1.0.0/menu through load-balancer:8243',
      '    links     user -> load-balancer:8243',
      '              load-balancer -> gateway-1:8243',
      '    log       gateway-1 | refused & <said> activityid=an-id',
    ])
    assert.equal(lines[12], '1 steps passed, 1 failed, 1 skipped in 30.5 s')
    assert.match(lines.slice(13).join('\n'), /^\nNext:\n {2}(npx )?apim-lab links\n/)
  })

  it('says so where no log has the call', () => {
    const silent = {...failed, failure: {...failed.failure!, log: []}}
    assert.match(
      verifyText({...result, steps: [silent]}, 80),
      /log {7}no node on the way has logged the call \(activityid an-id\)/,
    )
  })

  it('ends with the lines of curl', () => {
    const curl = ['curl --config /a/b.curl https://gateway.apim.localhost:8243/verify/1.0.0/menu']
    const text = verifyText({...result, passed: true, steps: [passed], curl}, 80)
    assert.ok(text.endsWith(`\nThe API stays. Call it, or get a new token for it:\n  ${curl[0]}`))
  })
})

describe('the JUnit XML of verify', () => {
  it('is a test case a step', () => {
    assert.equal(
      verifyJunit(result),
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites tests="3" failures="1" errors="0" skipped="1" time="30.530">',
        '  <testsuite name="apim-lab verify, lab apim, release mini" tests="3" failures="1" errors="0" skipped="1" time="30.530">',
        '    <testcase classname="apim.verify" name="create: create an API" time="0.130"></testcase>',
        `    <testcase classname="apim.verify" name="call: call the API" time="30.400"><failure message="HTTP 200 with the backend's body from /menu on 8243 within 30 s">expected HTTP 200, got HTTP 401`,
        'user -&gt; load-balancer:8243',
        'load-balancer -&gt; gateway-1:8243',
        'gateway-1 | \uFFFD[2Jrefused &amp; &lt;said&gt; activityid=an-id</failure></testcase>',
        '    <testcase classname="apim.verify" name="scope: call a resource that needs a scope" time="0.000"><skipped message="needs: call"/></testcase>',
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    )
  })
})
