import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {DATABASES} from '../../src/mini/config/database-table.js'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const SCRIPTS = '../../templates/images/mini/dbscripts/'

interface Table {
  readonly columns: Record<string, {type: string; nullable: boolean}>
  readonly primary: readonly string[]
  readonly unique: readonly string[][]
  readonly indexed: readonly string[]
  readonly foreign: readonly string[]
}

const names = (list = '') => list.split(',').map(it => it.trim())

/** Reads the CREATE TABLE statements of a script: one column or key a line. */
const parse = (sql: string): Map<string, Table> => {
  const tables = new Map<string, Table>()
  for (const [, table = '', body = ''] of sql.matchAll(
    /CREATE TABLE IF NOT EXISTS (\w+) \(\n([^;]*)\n\) ENGINE=INNODB;/g,
  )) {
    const columns: Table['columns'] = {}
    let primary: string[] = []
    const unique: string[][] = []
    const indexed: string[] = []
    const foreign: string[] = []
    for (const line of body.split('\n').map(it => it.trim().replace(/,$/, ''))) {
      const key = /^(PRIMARY KEY|UNIQUE|INDEX|FOREIGN KEY) \(([^)]*)\)(?: REFERENCES (\w+) \(([^)]*)\))?/.exec(line)
      if (!key) {
        const column = /^(\w+) (\w+(?:\(\d+\))?)(.*)$/.exec(line)
        assert.ok(column, `${table}: ${line}`)
        columns[column[1] ?? ''] = {type: (column[2] ?? '').toLowerCase(), nullable: !column[3]?.includes('NOT NULL')}
        continue
      }
      // `INDEX (NAME(255))`: the length of a prefix is no part of the name.
      const list = names(key[2]?.replace(/\(\d+/g, ''))
      if (key[1] === 'PRIMARY KEY') primary = list
      else if (key[1] === 'UNIQUE') unique.push(list)
      else if (key[1] === 'INDEX') indexed.push(list[0] ?? '')
      else names(key[4]).forEach((column, index) => foreign.push(`${list[index]} ${key[3]} ${column}`))
    }
    assert.ok(!tables.has(table), `${table} comes twice`)
    tables.set(table, {columns, primary, unique, indexed, foreign})
  }
  return tables
}

const facts = (name: string) =>
  read(`fixtures/${name}.tsv`)
    .trim()
    .split('\n')
    .map(line => line.split('\t'))

const scripts: [string, string][] = [
  ['shareddb', 'mysql.sql'],
  ['apimgtdb', 'apimgt/mysql.sql'],
]

describe('mini: the database scripts', () => {
  for (const [database, script] of scripts) {
    const sql = read(SCRIPTS + script)
    const tables = parse(sql)

    it(`${database}: columns, types, nullability and keys are 3.2.0's`, () => {
      const known = new Map<string, string[][]>()
      for (const row of facts(database)) known.set(row[0] ?? '', [...(known.get(row[0] ?? '') ?? []), row.slice(1)])
      assert.deepEqual([...tables.keys()], [...known.keys()])
      for (const [table, {columns, primary, unique}] of tables) {
        const rows = known.get(table) ?? []
        assert.deepEqual(
          Object.entries(columns).map(([name, {type, nullable}]) => `${name} ${type} ${nullable ? 'YES' : 'NO'}`),
          rows.map(([name, type, nullable]) => `${name} ${type} ${nullable}`),
          table,
        )
        const keyed = (kind: string) => rows.filter(row => row[3] === kind).map(row => row[0])
        assert.deepEqual([...primary].sort(), keyed('PRI').sort(), table)
        assert.deepEqual(
          unique
            .filter(it => it.length === 1)
            .flat()
            .sort(),
          keyed('UNI').sort(),
          table,
        )
      }
    })

    it(`${database}: every index of 3.2.0 has one here, and foreign keys are the same`, () => {
      const foreign = facts(`${database}-foreign-keys`)
      for (const [table, found] of tables) {
        const expected = foreign.filter(row => row[0] === table).map(row => row.slice(1).join(' '))
        assert.deepEqual([...found.foreign].sort(), expected.sort(), table)
        const first = [found.primary[0], ...found.unique.map(it => it[0]), ...found.indexed]
        for (const [, column, , , key] of facts(database).filter(row => row[0] === table && row[4] === 'MUL')) {
          const led = first.includes(column) || found.foreign.some(it => it.startsWith(`${column} `))
          assert.ok(led, `${table}.${column} is ${key}`)
        }
      }
    })

    it(`${database}: a table comes after those it refers to, and the script can be run again`, () => {
      const order = [...tables.keys()]
      for (const [table, {foreign}] of tables) {
        for (const target of foreign.map(it => it.split(' ')[1] ?? '')) {
          assert.ok(order.indexOf(target) >= 0 && order.indexOf(target) < order.indexOf(table), `${table} -> ${target}`)
        }
      }
      const statements = sql
        .replace(/--.*/g, '')
        .split(';')
        .map(it => it.trim())
      assert.ok(statements.every(it => it === '' || it.startsWith('CREATE TABLE IF NOT EXISTS ')))
    })

    it(`${database}: has the tables that nodes ask for`, () => {
      const asked = Object.values(DATABASES)
        .flat()
        .filter(it => it.madeBy === `dbscripts/${script}`)
      assert.ok(asked.length > 0)
      for (const {tables: needed} of asked) for (const table of needed) assert.ok(tables.has(table), table)
      assert.equal([...tables.keys()].at(-1), asked[0]?.tables.at(-1))
    })
  }
})
