import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {keyPaths} from '../../../src/config/known-keys.js'
import {isTable, type ConfigTable} from '../../../src/config/table.js'
import {readToml} from '../../../src/config/toml-source.js'
import {
  ADDED_4X,
  LEFT_OUT_4X,
  NO_DATABASES_4_7,
  OTHER_4X,
  type Example,
  type ExampleDifference,
} from '../../../src/model/releases/examples-4x.js'
import {rendered, ROOT} from '../../support/lab.js'

const fixture = (name: string) => readFileSync(join(ROOT, 'test/fixtures/charts', name), 'utf8')

/** The keys that WSO2's charts write, by release and component: everything that a condition could switch on; values.tsv tells where they are. */
const KEYS = JSON.parse(fixture('keys.json')) as Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

interface Fact {
  readonly example: Example
  readonly component: string
  readonly release: string
  readonly key: string
  readonly value: string
}

/** What the examples write, with its value. */
const FACTS = fixture('values.tsv')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .flatMap((line): readonly Fact[] => {
    const [example, component = '', key = '', releases = '', value = ''] = line.split('\t')
    return releases.split(' ').map(release => ({example: example as Example, component, release, key, value}))
  })

/** All roles in one server. */
const ALL_IN_ONE = 'all-in-one'

const TWO = {replicas: 2}
const COMPONENTS = {'control-plane': TWO, 'traffic-manager': TWO, gateway: TWO, 'key-manager': TWO}
const labs = new Map<string, ReturnType<typeof rendered>>()

function tomlOf(release: string, component: string): ConfigTable {
  const lab = labs.get(release) ?? rendered({release, components: COMPONENTS})
  labs.set(release, lab)
  const file = lab.files.find(({path}) => path.includes(`/${component}-1/`) && path.endsWith('deployment.toml'))
  return readToml(file?.content.toString() ?? '').table
}

/** Values by key; of an array of tables, those of all its tables. */
function valuesOf(table: ConfigTable, above = ''): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
      const key = above === '' ? name : `${above}.${name}`
      if (isTable(value)) return Object.entries(valuesOf(value, key))
      if (!Array.isArray(value) || value.length === 0 || !value.every(isTable)) return [[key, value]]
      const rows = value.map(row => valuesOf(row))
      return [...new Set(rows.flatMap(Object.keys))].map(own => [`${key}[].${own}`, rows.map(row => row[own] ?? null)])
    }),
  )
}

/** What a lab says where the example has this component: of one server, what its control plane and its gateway say. */
const oursOf = (release: string, component: string) =>
  component === ALL_IN_ONE
    ? {...valuesOf(tomlOf(release, 'gateway')), ...valuesOf(tomlOf(release, 'control-plane'))}
    : valuesOf(tomlOf(release, component))

const used = new Set<ExampleDifference>()

const isExplained =
  (differences: readonly ExampleDifference[], example: Example, component: string) =>
  (key: string): boolean => {
    const found = differences.find(
      ({keys, examples, components}) =>
        keys.test(key) &&
        (!examples || examples.includes(example)) &&
        (!components || (components as readonly string[]).includes(component)),
    )
    if (found) used.add(found)
    return found !== undefined
  }

const titleOf = ({example, component, release}: Fact) => `${example} ${release} ${component}`

describe("what a lab renders and what WSO2's own examples write", () => {
  for (const title of new Set(FACTS.map(titleOf)))
    it(`differs where it is explained: ${title}`, () => {
      const facts = FACTS.filter(fact => titleOf(fact) === title)
      const {example, component, release} = facts[0]!
      const ours = oursOf(release, component)
      const theirs = new Map(facts.map(({key}) => [key, facts.filter(fact => fact.key === key)]))
      const unexplained = (differences: readonly ExampleDifference[], keys: readonly string[]) =>
        keys.filter(key => !isExplained(differences, example, component)(key))
      const isSame = (key: string) =>
        theirs.get(key)!.every(({value}) => value === '"(given)"' || value === JSON.stringify(ours[key]))
      const both = [...theirs.keys()].filter(key => key in ours)
      assert.ok(both.length > 10)
      assert.deepEqual(
        unexplained(
          LEFT_OUT_4X,
          [...theirs.keys()].filter(key => !(key in ours)),
        ),
        [],
      )
      assert.deepEqual(
        unexplained(
          OTHER_4X,
          both.filter(key => !isSame(key)),
        ),
        [],
      )
      if (component !== ALL_IN_ONE)
        assert.deepEqual(
          unexplained(
            ADDED_4X,
            Object.keys(ours).filter(key => !theirs.has(key)),
          ),
          [],
        )
    })

  for (const [release, components] of Object.entries(KEYS))
    for (const [component, theirs] of Object.entries(components))
      it(`differs where it is explained, whatever is switched on: ${release} ${component}`, () => {
        const ours = new Set(keyPaths(tomlOf(release, component)).map(path => path.join('.')))
        const leftOut = [...LEFT_OUT_4X, ...(release === '4.7.0' ? [NO_DATABASES_4_7] : [])]
        assert.deepEqual(
          theirs.filter(key => !ours.has(key) && !isExplained(leftOut, 'chart', component)(key)),
          [],
        )
      })

  it('is explained by nothing that has no case', () => {
    const all = [...LEFT_OUT_4X, NO_DATABASES_4_7, ...ADDED_4X, ...OTHER_4X]
    assert.deepEqual(
      all.filter(difference => !used.has(difference)).map(({keys}) => String(keys)),
      [],
    )
  })

  it('is told for every release of the line', () => {
    const releases = ['4.0.0', '4.1.0', '4.2.0', '4.3.0', '4.4.0', '4.5.0', '4.6.0', '4.7.0']
    for (const example of ['chart', 'pack', 'compose'])
      assert.deepEqual(
        [...new Set(FACTS.filter(fact => fact.example === example).map(({release}) => release))].toSorted(),
        releases,
      )
  })
})
