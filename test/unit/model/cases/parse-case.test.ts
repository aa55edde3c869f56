import assert from 'node:assert/strict'
import {LabError} from '../../../../src/errors.js'
import {parseCase} from '../../../../src/model/cases/parse-case.js'

const known = {components: ['gateway', 'traffic-manager', 'mysql', 'load-balancer']}

const SMALL = `name: small
then:
  symptom:
    - call: {path: /x}
`

function mistakes(text: string): readonly string[] {
  try {
    parseCase(text, 'case.yaml', known)
  } catch (error) {
    assert.ok(error instanceof LabError)
    assert.equal(error.code, 'case-invalid')
    return [error.message, ...error.evidence]
  }
  return []
}

const one = (text: string) => mistakes(text)[0]

describe('case file', () => {
  it('names a release or several, each once, and what is expected on each', () => {
    const of = (lab: string, more = '') => mistakes(`${more}lab: ${lab}\n${SMALL}`)
    assert.deepEqual(of('{release: [mini, 3.2.0]}', 'expect: {mini: not-reproduced, default: reproduced}\n'), [])
    assert.match(of('{release: [mini, mini]}')[0] ?? '', /^case.yaml:1:23: release mini is there twice/)
    assert.match(of('{release: []}')[0] ?? '', /lab.release: expected a release at least/)
    assert.match(
      of('{release: [mini]}', 'expect: {3.2.0: reproduced}\n')[0] ?? '',
      /^case.yaml:1:10: the case is not run on release 3.2.0; known here: mini, default/,
    )
    assert.match(
      of('{release: mini}', 'expect: maybe\n')[0] ?? '',
      /expect: expected one of reproduced, not-reproduced/,
    )
  })

  it('has nothing beside a snapshot but the ports of its lab', () => {
    const of = (lab: string) => mistakes(`lab: ${lab}\n${SMALL}`)
    assert.deepEqual(of('{snapshot: lab.tar.zst, ports: {offset: 100}}'), [])
    assert.match(
      of('{snapshot: x, analytics: false}')[0] ?? '',
      /^case.yaml:1:20: analytics can't stand beside snapshot/,
    )
    assert.match(of('{snapshot: x, ports: {address: 0.0.0.0}}')[0] ?? '', /ports.address can't stand beside snapshot/)
    assert.match(of('{snapshott: x}')[0] ?? '', /unknown key snapshott; did you mean snapshot/)
  })

  it('is plain data, as it was written', () => {
    assert.deepEqual(parseCase(SMALL, 'case.yaml', known), {name: 'small', then: {symptom: [{call: {path: '/x'}}]}})
  })

  it('tells every mistake, with line and column', () => {
    const text = `name: Double
lab:
  relase: mini
  components:
    gatway: {replicas: 2}
when:
  - cal: {path: /x}
  - call: {path: x, tokn: y}
  - stop: a
    start: b
then:
  symptom:
    - call: {path: /x}
      expect: {body: {'$.[': 1}, matches: '('}
      within: soon
`
    assert.deepEqual(mistakes(text), [
      'case.yaml:1:7: name: expected a name of small letters, digits and hyphens, 27 at most, got "Double"',
      'case.yaml:3:3: unknown key relase; did you mean release',
      'case.yaml:5:5: unknown component gatway; did you mean gateway',
      'case.yaml:7:5: unknown key cal; did you mean call',
      'case.yaml:8:18: when.1.call.path: expected a path that begins with /, got "x"',
      'case.yaml:8:21: unknown key tokn; did you mean token',
      'case.yaml:10:12: when.2.start: a step does one thing, not stop and start: make two of them',
      'case.yaml:14:23: then.symptom.0.expect.body: expected a JSONPath (RFC 9535) such as $.list[0].id, got "$.["',
      'case.yaml:14:43: then.symptom.0.expect.matches: expected a regular expression of JavaScript, got "("',
      'case.yaml:15:15: then.symptom.0.within: expected a time such as 30s or 2m, 1h at most, got "soon"',
    ])
  })

  it('wants a symptom', () => {
    assert.match(one('name: small\n') ?? '', /case\.yaml:1:1: then: expected a block with symptom/)
    assert.match(one('name: small\nthen: {symptom: []}\n') ?? '', /then\.symptom: expected a step at least/)
  })

  it('knows which variables are set where', () => {
    const use = SMALL.replace('/x', "'${pizza.path}/menu'")
    assert.match(one(use) ?? '', /case\.yaml:4:20: nothing before it sets \$\{pizza\.path\}; known here: lab, /)
    assert.deepEqual(mistakes(use.replace('then:', 'given:\n  - api: {name: pizza}\nthen:')), [])
    const late = `${use}    - api: {name: pizza}\n`
    assert.match(one(late) ?? '', /nothing before it sets/)
    assert.match(
      one(use.replace('then:', 'given:\n  - api: {name: piza}\nthen:')) ?? '',
      /did you mean \$\{piza\.path\}/,
    )
  })

  it('lets captured values be used, and an escaped dollar be', () => {
    const text = `name: small
when:
  - call: {service: publisher-api, path: /apis}
    capture: {id: '$.list[0].id'}
then:
  symptom:
    - call: {service: publisher-api, path: '/apis/\${id}?q=$$\{x}'}
`
    assert.deepEqual(mistakes(text), [])
  })

  it('says what can be expected of a step', () => {
    const expecting = (step: string) => one(`name: small\nthen:\n  symptom:\n    - ${step}\n`)
    assert.match(
      expecting('{stop: gateway, expect: {status: 200}}') ?? '',
      /nothing can be expected of stop but that it can be done$/,
    )
    assert.match(expecting('{call: {path: /x}, expect: {exit: 0}}') ?? '', /of call can be expected: status, body/)
    assert.match(expecting('{stop: gateway, capture: {a: $.b}}') ?? '', /stop has no body/)
    assert.match(expecting('{call: {path: /x}, ready: false}') ?? '', /call waits for no node/)
  })

  it('checks faults and conditions as their commands do', () => {
    const step = (text: string) => one(`name: small\nwhen:\n  - ${text}\nthen: {symptom: [{call: {path: /x}}]}\n`) ?? ''
    assert.match(step('fault: {on: a->b:1, pause: true}'), /pause is a fault of a node/)
    assert.match(step('fault: {on: a->b:1, cat: true}'), /case\.yaml:3:\d+: .*(No fault is named|unknown key cat)/)
    assert.match(step('wait: {nodes: gateway}'), /there is nothing to wait for/)
    assert.match(step('wait: {sql: SELECT 1}'), /sql needs equals/)
    assert.match(step('config: {on: gateway}'), /nothing is changed/)
  })

  it('has faults where they can be made again', () => {
    const text = `${SMALL}given:\n  - fault: {on: gateway-1, pause: true}\n`
    assert.match(one(text) ?? '', /6:5: a fault is made in `when`/)
  })

  it('has no lab name, and no file that nothing names', () => {
    assert.match(one(`${SMALL}lab: {name: other}\n`) ?? '', /5:7: unknown key name/)
    assert.match(one(`${SMALL}files: {a.toml: x}\n`) ?? '', /5:9: nothing in lab names a\.toml/)
    assert.deepEqual(mistakes(`${SMALL}lab: {overlay: a.toml}\nfiles: {a.toml: x}\n`), [])
    assert.match(one(`${SMALL}files: {../a.toml: x}\n`) ?? '', /expected the name of a file/)
  })
})
