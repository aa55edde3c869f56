import assert from 'node:assert/strict'
import {caseJunit, caseText, releasesText, stepLine} from '../../../src/cli/case-text.js'
import type {CaseReport, CaseResult, StepReport} from '../../../src/lab/cases/result.js'
import {rateOf} from '../../../src/model/cases/wilson.js'

const step = (changes: Partial<StepReport> = {}): StepReport => ({
  phase: 'symptom',
  index: 0,
  kind: 'call',
  text: 'call GET /x',
  ok: true,
  answered: true,
  at: '2026-11-29T21:00:00.000Z',
  ms: 120,
  seen: 'HTTP 404',
  missing: [],
  evidence: ['GET /x through gateway-1:8243: HTTP 404'],
  ...changes,
})

const run = (changes: Partial<CaseResult> = {}): CaseResult => ({
  verdict: 'reproduced',
  reason: 'the symptom was seen',
  seed: 7,
  ms: 1500,
  steps: [step()],
  ...changes,
})

const report = (changes: Partial<CaseReport> = {}): CaseReport => ({
  case: 'bug',
  title: 'It is <broken>',
  lab: 'case-bug',
  release: 'mini',
  expected: 'reproduced',
  verdict: 'reproduced',
  reason: 'the symptom was seen',
  runs: [run()],
  rate: rateOf(1, 1),
  kept: false,
  ...changes,
})

describe('what a case came to', () => {
  it('is the verdict, its reason and the evidence', () => {
    assert.equal(
      caseText(report()),
      `REPRODUCED: bug, on release mini
  the symptom was seen
  symptom: call GET /x
    GET /x through gateway-1:8243: HTTP 404`,
    )
  })

  it('tells what was expected and did not come, the rate of several runs, and how to look at a lab that stays', () => {
    const missed = run({verdict: 'not-reproduced', steps: [step({ok: false, missing: ['status 404, got 200']})]})
    const text = caseText(report({verdict: 'not-reproduced', runs: [missed, missed], rate: rateOf(0, 2), kept: true}))
    assert.match(text, /^NOT REPRODUCED: bug, on release mini \(expected: REPRODUCED\)/)
    assert.match(text, / {4}expected status 404, got 200/)
    assert.match(text, /Reproduced 0 of 2, 0 % \(95 % interval: 0 % to 66 %\)/)
    assert.match(text, /status --lab case-bug[^]*down --volumes --lab case-bug/)
  })

  it('is a line a step, which can do nothing to a terminal', () => {
    assert.equal(stepLine(step()), '✓ symptom    120 ms  call GET /x: HTTP 404')
    assert.match(stepLine(step({ok: false})), /^· symptom/)
    assert.match(stepLine(step({ok: false, phase: 'when'})), /^✗ when/)
    assert.doesNotMatch(stepLine(step({seen: 'a\u001b[2Jb\nc'})), /\u001b|\n/)
  })

  it('is a line and a suite for each of several releases', () => {
    const lost = report({release: '3.2.0', verdict: 'inconclusive', reason: 'it could not be run', runs: []})
    assert.equal(
      releasesText({case: 'bug', asExpected: false, releases: [report(), lost]}, 100),
      [
        'RELEASE  VERDICT       EXPECTED        RUNS  WHY',
        'mini     REPRODUCED    yes             1     the symptom was seen',
        '3.2.0    INCONCLUSIVE  no, REPRODUCED  0     it could not be run',
      ].join('\n'),
    )
    const xml = caseJunit(report(), lost)
    assert.match(xml, /<testsuites tests="2" failures="0" errors="0" skipped="1"/)
    assert.match(xml, /release mini" tests="1"[^]*release 3.2.0" tests="1" failures="0" errors="0" skipped="1"/)
  })

  it('is a test case a run in JUnit XML: passed as expected, skipped where nothing is known', () => {
    const xml = caseJunit(
      report({runs: [run(), run({verdict: 'not-reproduced'}), run({verdict: 'inconclusive', reason: 'not healthy'})]}),
    )
    assert.match(xml, /tests="3" failures="1" errors="0" skipped="1"/)
    assert.match(xml, /name="It is &lt;broken&gt;, run 1, seed 7" time="1.500"><\/testcase>/)
    assert.match(xml, /<failure message="NOT REPRODUCED: the symptom was seen">/)
    assert.match(xml, /<skipped message="not healthy"\/>/)
  })
})
