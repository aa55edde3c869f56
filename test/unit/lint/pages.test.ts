import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {allPages} from '../../../src/lint/pages.js'
import {ROOT} from '../../support/lab.js'

const FOLDER = join(ROOT, 'docs/lint')

describe('the pages of what lint finds', () => {
  it('are what the rules say: npm run docs', () => {
    const written = Object.fromEntries(
      readdirSync(FOLDER).map(name => [name, readFileSync(join(FOLDER, name), 'utf8')]),
    )
    assert.deepEqual(written, allPages())
  })
})
