import assert from 'node:assert/strict'
import {difference, whole} from '../support/golden.js'

const BASE = {'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'd.txt': 'd\n'}

describe('what is kept of a golden tree', () => {
  it('is new and changed files, and a list of those that are gone', () =>
    assert.deepEqual(difference({'a.txt': 'a\n', 'b.txt': 'other\n', 'new.txt': ''}, BASE), {
      'b.txt': 'other\n',
      'new.txt': '',
      '.gone': 'c.txt\nd.txt\n',
    }))

  it('is nothing where nothing differs', () => assert.deepEqual(difference({...BASE}, BASE), {}))

  it('is all of it without a base', () => assert.deepEqual(difference(BASE, {}), BASE))

  for (const tree of [{}, BASE, {'a.txt': 'a\n', 'b.txt': 'other\n', 'new.txt': ''}])
    it(`gives the whole tree again, of ${Object.keys(tree).length} files`, () =>
      assert.deepEqual(whole(difference(tree, BASE), BASE), tree))
})
