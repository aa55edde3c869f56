import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {allReleases} from '../../src/model/releases/index.js'
import {ROOT} from '../support/lab.js'
import {pageText} from '../support/markdown.js'
import {DIALECTS_4X} from '../unit/lab/verify/support/product.js'

/** Rows of the table of what was checked, by release. */
const ROWS = new Map(
  [...pageText('docs/releases.md').matchAll(/^\| `(\d+\.\d+\.\d+)` *\|(.*)\|$/gm)].map(([, name, cells]) => {
    const [keys, examples, at, payloads, runOn, images] = cells!.split('|').map(cell => cell.trim())
    return [name!, {keys, examples, at, payloads, runOn, images}]
  }),
)

const textsOf = (folder: string, name: RegExp) =>
  readdirSync(join(ROOT, folder))
    .filter(file => name.test(file))
    .map(file => readFileSync(join(ROOT, folder, file), 'utf8'))
    .join('\n')

/** Releases whose images are doubled on a real engine. */
const DOUBLED = new Set(
  [...textsOf('test/integration', /^double.*\.test\.ts$/).matchAll(/release: '([\d.]+)'/g)].map(([, name]) => name),
)

/** Examples of WSO2's that there are facts of, by release. */
const examplesOf = (release: string) =>
  new Set(
    textsOf('test/fixtures/charts', /^values\.tsv$/)
      .split('\n')
      .map(line => line.split('\t'))
      .flatMap(([example = '', , , releases = '']) => (releases.split(' ').includes(release) ? [example] : [])),
  )

describe('the table of what was checked of each release', () => {
  // One without images of its own is told of beside it.
  const releases = allReleases('1').filter(({builtIn, released}) => !builtIn && released !== undefined)

  it('has every release of WSO2, newest first', () =>
    assert.deepEqual(
      [...ROWS.keys()],
      releases.map(({name}) => name),
    ))

  for (const {name, config, distributions, unconfirmed} of releases)
    it(`is true of ${name}`, () => {
      const row = ROWS.get(name)!
      assert.equal(row.keys, config.partialKeys ? 'derived' : 'whole')
      assert.equal(
        row.examples,
        [...examplesOf(name)].toSorted().join(' ').replace('compose pack', 'pack compose') || '-',
      )
      assert.equal(row.at, distributions.length > 2 ? 'a pack per role' : 'profiles')
      assert.equal(row.payloads, name in DIALECTS_4X || name === '3.2.0' ? 'double' : '-')
      assert.equal(row.runOn?.startsWith('double images') ?? false, DOUBLED.has(name))
      assert.equal(row.images === 'never', unconfirmed !== undefined)
    })
})
