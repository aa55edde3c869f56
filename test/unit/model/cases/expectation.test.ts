import assert from 'node:assert/strict'
import {missing, type Expectation, type Observation} from '../../../../src/model/cases/expectation.js'

const matches = (regex: string, text: string) => new RegExp(regex).test(text)
const lacks = (wanted: Expectation, seen: Omit<Observation, 'text'>) => missing(wanted, {text: '', ...seen}, matches)

describe('expectation', () => {
  it('of a status, or one of several', () => {
    assert.deepEqual(lacks({status: 401}, {status: 401}), [])
    assert.deepEqual(lacks({status: [401, 403]}, {status: 403}), [])
    assert.deepEqual(lacks({status: [401, 403]}, {status: 200}), ['status 401 or 403, got 200'])
  })

  it('of values in a body, by JSONPath', () => {
    const body = '{"list": [{"id": 7, "name": "a"}], "none": null}'
    assert.deepEqual(lacks({body: {'$.list[0].id': 7, '$.list[?@.id==7].name': 'a', '$.other': null}}, {body}), [])
    assert.deepEqual(lacks({body: {'$.list[0].id': 8}}, {body}), ['$.list[0].id to be 8, got 7'])
    assert.deepEqual(lacks({body: {'$.list[0].id': null}}, {body}), ['$.list[0].id to be null, got 7'])
    assert.deepEqual(lacks({body: {'$.x': 'y'}}, {body: 'no JSON'}), ['$.x to be y, got nothing'])
  })

  it('of a text, rows and an exit status', () => {
    assert.deepEqual(lacks({matches: '9009\\d\\d'}, {body: 'code 900901'}), [])
    assert.deepEqual(lacks({matches: 'x'}, {rows: 'y'}), ['a match of /x/ in y'])
    assert.deepEqual(lacks({rows: '1\t2'}, {rows: '1\t3'}), ['rows "1\\t2", got "1 3"'])
    assert.deepEqual(lacks({exit: 0}, {exit: 3}), ['exit status 0, got 3'])
  })

  it('of how often which status came', () => {
    const counts = {200: 6, 429: 3, 503: 1}
    assert.deepEqual(lacks({counts: {200: {atLeast: 6}, 429: {atLeast: 1, atMost: 3}, '5xx': 1}}, {counts}), [])
    assert.deepEqual(lacks({counts: {200: {atMost: 5}}}, {counts}), ['at most 5 answers 200, got 6'])
    assert.deepEqual(lacks({counts: {500: {atLeast: 1}}}, {counts}), ['at least 1 answers 500, got 0'])
    assert.deepEqual(lacks({counts: {429: 0}}, {counts}), ['at most 0 answers 429, got 3'])
  })
})
