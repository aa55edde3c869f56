import assert from 'node:assert/strict'
import {changedPaths} from '../../../src/model/changed-paths.js'

describe('keys that differ', () => {
  it('are told by their paths, what only one has by one', () => {
    const a = {server: {port: 1n, name: 'a'}, list: [{x: 1}, {x: 2}], gone: {deep: 1}}
    const b = {server: {port: 2n, name: 'a'}, list: [{x: 1}, {x: 3}], more: true}
    assert.deepEqual(changedPaths(a, b), ['server.port', 'list[1].x', 'gone', 'more'])
    assert.deepEqual(changedPaths(a, a), [])
    assert.deepEqual(changedPaths(undefined, a), [])
  })
})
