import assert from 'node:assert/strict'
import {saidWalk, type WalkReport} from '../../../../src/model/cases/from-walk.js'
import {parseCase} from '../../../../src/model/cases/parse-case.js'
import {sampleCase} from '../../../../src/model/cases/sample-case.js'

const at = '2026-11-29T21:00:00.000Z'
const done = (...names: readonly string[]): WalkReport['steps'] => names.map(name => ({name, title: name, ok: true}))
const BEGIN = done('register', 'token', 'create', 'deploy', 'publish', 'application', 'keys', 'subscribe', 'app-token')
const failed = (name: string, got: string) => ({name, title: name, ok: false, failure: {expected: 'HTTP 200', got}})

describe('a walk of verify as steps of a case', () => {
  it('is what was made and what was called, in short forms; the rest is told', () => {
    const {given, when, then, notes} = saidWalk({at, steps: [...BEGIN, ...done('call', 'scope', 'opaque')]})
    assert.deepEqual(
      given.map(step => Object.keys(step)[0]),
      ['api', 'application', 'subscription', 'token', 'application', 'subscription', 'token'],
    )
    assert.equal(when.length, 2)
    assert.equal(then, undefined)
    assert.match(notes.join('\n'), /no short form: scope/)
  })

  it('ends where it failed: what came is what shows the bug', () => {
    const {when, then, notes} = saidWalk({
      at,
      steps: [...BEGIN, failed('call', 'HTTP 401, code 900901'), ...done('no-token')],
    })
    assert.deepEqual(when, [])
    const call = {path: '${pizza.path}/menu', token: '${app.token}'}
    assert.deepEqual(then, {
      symptom: [{call, expect: {status: 401}}],
      absence: [{call, expect: {status: 200}, within: '20s'}],
    })
    assert.match(notes.join('\n'), /failed at call: expected HTTP 200, got HTTP 401/)
  })

  it('shows nothing by a step that has no short form, or an answer that is as it should be', () => {
    assert.equal(saidWalk({at, steps: [...BEGIN, failed('scope', 'HTTP 500')]}).then, undefined)
    assert.equal(saidWalk({at, steps: [...BEGIN, failed('call', 'HTTP 200, another body')]}).then, undefined)
  })

  it('makes a case without mistakes, whatever a report says', () => {
    for (const name of ['call', 'no-token', 'opaque', 'app-limit']) {
      const before = name === 'call' ? [] : done('call')
      const {notes, ...said} = saidWalk({
        at: 'x\ny',
        steps: [...BEGIN, ...before, failed(name, 'HTTP 500\nname: evil')],
      })
      const text = sampleCase({name: 'made', ...said, notes})
      assert.equal(parseCase(text, 'made.yaml', {components: []}).name, 'made')
    }
  })
})
