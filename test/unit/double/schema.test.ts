import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {DATABASES} from '../../../src/mini/config/database-table.js'
import {schemaSql, SCRIPTS, tablesOf} from '../../double/schema.js'

const BUILT_IN = new URL('../../../templates/images/mini/', import.meta.url)

describe("the doubles' schema scripts", () => {
  const sizes: Record<string, number> = {shareddb: 41, apimgtdb: 159}

  for (const [script, database] of Object.entries(SCRIPTS)) {
    const tables = tablesOf(database)
    const names = tables.map(({name}) => name)

    it(`${database}: as many tables as 3.2.0 has, each after those that it refers to`, () => {
      assert.equal(tables.length, sizes[database])
      assert.equal(schemaSql(database).match(/^CREATE TABLE/gm)?.length, sizes[database])
      tables.forEach(({name, foreignKeys}, index) => {
        for (const {parent} of foreignKeys)
          assert.ok(parent === name || names.slice(0, index).includes(parent), `${name} -> ${parent}`)
      })
    })

    it(`${database}: has every table of the built-in release, and those that nodes ask for`, () => {
      const builtIn = readFileSync(new URL(script, BUILT_IN), 'utf8').matchAll(/CREATE TABLE IF NOT EXISTS (\w+)/g)
      const asked = Object.values(DATABASES)
        .flat()
        .filter(({madeBy}) => madeBy === script)
        .flatMap(it => it.tables)
      assert.ok(asked.length > 0)
      for (const table of [...[...builtIn].map(([, name = '']) => name), ...asked])
        assert.ok(names.includes(table), table)
    })

    it(`${database}: a foreign key has as many columns as it refers to, all of them there`, () => {
      const columnsOf = (name: string) => tables.find(table => table.name === name)?.columns.map(it => it.name) ?? []
      for (const {name, foreignKeys} of tables)
        for (const {columns, parent, references} of foreignKeys) {
          assert.equal(columns.length, references.length, name)
          assert.ok(
            columns.every(it => columnsOf(name).includes(it)) && references.every(it => columnsOf(parent).includes(it)),
          )
        }
    })
  }
})
