import assert from 'node:assert/strict'
import {changedPaths, changes} from '../../../src/model/changed-paths.js'

describe('keys that differ', () => {
  it('are told by their paths, each value by its own', () => {
    const a = {server: {port: 1n, name: 'a'}, list: [{x: 1}, {x: 2}], gone: {deep: 1, deeper: {still: 2}}}
    const b = {server: {port: 2n, name: 'a'}, list: [{x: 1}, {x: 3}, {x: 4}], more: true}
    const keys = ['server.port', 'list[1].x', 'list[2].x', 'gone.deep', 'gone.deeper.still', 'more']
    assert.deepEqual(changedPaths(a, b), keys)
    assert.deepEqual(changedPaths(a, a), [])
    assert.deepEqual(changedPaths(undefined, a), [])
  })

  it('have the values of both, a list as one, and no value where a table stands in its place', () => {
    assert.deepEqual(changes({a: {'x.y': [1, 2]}, b: 1}, {a: {'x.y': [2]}, b: {c: 1}}), [
      {key: "a.'x.y'", a: [1, 2], b: [2]},
      {key: 'b', a: 1, b: {c: 1}},
    ])
  })

  it('are none where only the type of an absent value differs from an empty table', () => {
    assert.deepEqual(changes({a: {}}, {a: {}}), [])
    assert.deepEqual(changes({a: {}}, {}), [{key: 'a', a: {}, b: undefined}])
  })
})
