import assert from 'node:assert/strict'
import {filledIn} from '../../../../src/model/cases/variables.js'

describe('variables', () => {
  it('are put into every text, however deep, and nothing else is changed', () => {
    const value = {path: '${a.path}/x', list: ['${b}', 3, null], deep: {flag: true, two: '${b}${b}'}}
    assert.deepEqual(filledIn(value, {'a.path': '/p', b: 'q'}), {
      path: '/p/x',
      list: ['q', 3, null],
      deep: {flag: true, two: 'qq'},
    })
  })

  it('are not looked for in what was put in, and $$ is a $', () => {
    assert.equal(filledIn('${a} $${a} $$', {a: '${a}'}), '${a} ${a} $')
  })
})
