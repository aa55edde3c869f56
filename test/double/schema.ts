import {readFileSync} from 'node:fs'

/** The product's two databases, by the folder in the image that has the scripts which make each. */
export const FOLDERS: Readonly<Record<string, string>> = {dbscripts: 'shareddb', 'dbscripts/apimgt': 'apimgtdb'}

/** The scripts for one server, as the product calls them: databases by path. */
const scriptsFor = (file: string) =>
  Object.fromEntries(Object.entries(FOLDERS).map(([folder, database]) => [`${folder}/${file}`, database]))

export const SCRIPTS: Readonly<Record<string, string>> = scriptsFor('mysql.sql')
export const POSTGRESQL_SCRIPTS: Readonly<Record<string, string>> = scriptsFor('postgresql.sql')

interface Column {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly key: string
  readonly fallback: string
  readonly extra: string
}

export interface ForeignKey {
  readonly columns: readonly string[]
  readonly parent: string
  readonly references: readonly string[]
}

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly foreignKeys: readonly ForeignKey[]
}

const rows = (name: string) =>
  readFileSync(new URL(`schema/3.2.0-${name}.tsv`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => line.split('\t'))

const primaryOf = ({columns}: Table) => columns.filter(({key}) => key === 'PRI').map(({name}) => name)

/** Items by a key of theirs, both in the order of their coming. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return [...groups]
}

/**
 * The foreign keys of a table: the facts have a row a column and no names. Rows to one parent are one key of several columns where
 * each refers to another column, and several keys where they refer to the same.
 */
const foreignKeysOf = (own: readonly string[][], columns: readonly string[][]): readonly ForeignKey[] =>
  grouped(own, ([, , parent = '']) => parent).flatMap(([parent, all]) => {
    const byReference = grouped(all, ([, , , reference = '']) => reference)
    const count = Math.max(...byReference.map(([, list]) => list.length))
    return Array.from({length: count}, (_, index) => {
      const position = (name: string) => columns.findIndex(([table, column]) => table === parent && column === name)
      const mine = byReference
        .flatMap(([reference, list]) => (list[index] ? [{reference, row: list[index]}] : []))
        .toSorted((a, b) => position(a.reference) - position(b.reference))
      return {columns: mine.map(({row}) => row[1]!), parent, references: mine.map(({reference}) => reference)}
    })
  })

/** The tables of a database of 3.2.0, a table after those that it refers to. */
export function tablesOf(database: string): readonly Table[] {
  const foreign = rows(`${database}-foreign-keys`)
  const columns = rows(`${database}-columns`)
  const tables = grouped(columns, ([table = '']) => table).map(([name, list]): Table => ({
    name,
    columns: list.map(([, column = '', type = '', nullable, key = '', fallback = '', extra = '']) => ({
      name: column,
      type,
      nullable: nullable === 'YES',
      key,
      fallback,
      extra,
    })),
    foreignKeys: foreignKeysOf(
      foreign.filter(([table]) => table === name),
      columns,
    ),
  }))
  return inOrder(tables)
}

function inOrder(tables: readonly Table[]): readonly Table[] {
  const done = new Map<string, Table>()
  const visit = (table: Table, above: readonly string[]) => {
    if (done.has(table.name)) return
    if (above.includes(table.name)) throw new Error(`tables refer to each other: ${[...above, table.name].join(', ')}`)
    for (const {parent} of table.foreignKeys)
      if (parent !== table.name)
        visit(
          tables.find(({name}) => name === parent)!,
          [...above, table.name],
        )
    done.set(table.name, table)
  }
  for (const table of tables) visit(table, [])
  return [...done.values()]
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

function columnSql({name, type, nullable, fallback, extra}: Column): string {
  const isTime = fallback.startsWith('CURRENT_TIMESTAMP')
  const onUpdate = extra.includes('on update') ? ' ON UPDATE CURRENT_TIMESTAMP' : ''
  const value = fallback === '' || fallback === 'NULL' ? '' : ` DEFAULT ${isTime ? fallback : quoted(fallback)}`
  // Without NULL an old server makes a timestamp NOT NULL.
  const presence = nullable ? ' NULL' : ' NOT NULL'
  return `${name} ${type}${presence}${value}${onUpdate}${extra.includes('auto_increment') ? ' AUTO_INCREMENT' : ''}`
}

const PREFIX = 255
const isLong = ({type}: Column) => /blob|text/.test(type) || Number(/^varchar\((\d+)\)/.exec(type)?.[1] ?? 0) > PREFIX

function keysSql(table: Table, referred: readonly (readonly string[])[]): readonly string[] {
  const primary = primaryOf(table)
  const unique = table.columns.filter(({key}) => key === 'UNI').map(({name}) => [name])
  const same = (a: readonly string[], b: readonly string[]) => a.join() === b.join()
  // Servers of today refuse a foreign key to columns that no unique key has.
  for (const columns of referred) if (![primary, ...unique].some(it => same(it, columns))) unique.push([...columns])
  const indexed = table.columns.filter(
    ({name, key, extra}) => key === 'MUL' || (extra.includes('auto_increment') && primary[0] !== name),
  )
  return [
    ...(primary.length > 0 ? [`PRIMARY KEY (${primary.join(', ')})`] : []),
    ...unique.map(columns => `UNIQUE (${columns.join(', ')})`),
    ...indexed.map(column => `INDEX (${column.name}${isLong(column) ? `(${PREFIX})` : ''})`),
    ...table.foreignKeys.map(
      ({columns, parent, references}) =>
        `FOREIGN KEY (${columns.join(', ')}) REFERENCES ${parent} (${references.join(', ')})`,
    ),
  ]
}

/** A script with all tables of a database: as many, and as large, as the product's; like it, not repeatable. */
export function schemaSql(database: string): string {
  const tables = tablesOf(database)
  const referred = (name: string) =>
    tables.flatMap(({foreignKeys}) => foreignKeys.filter(({parent}) => parent === name).map(it => it.references))
  const statements = tables.map(table => {
    const lines = [...table.columns.map(columnSql), ...keysSql(table, referred(table.name))]
    return `CREATE TABLE ${table.name} (\n  ${lines.join(',\n  ')}\n) ENGINE INNODB;\n`
  })
  return statements.join('\n')
}

const TYPES: Readonly<Record<string, string>> = {
  int: 'INTEGER',
  'tinyint(1)': 'SMALLINT',
  blob: 'BYTEA',
  mediumblob: 'BYTEA',
  longblob: 'BYTEA',
}

function postgresqlColumn({name, type, nullable, fallback, extra}: Column): string {
  if (extra.includes('auto_increment')) return `${name} ${type === 'bigint' ? 'BIGSERIAL' : 'SERIAL'} NOT NULL`
  const isTime = fallback.startsWith('CURRENT_TIMESTAMP')
  const value = fallback === '' || fallback === 'NULL' ? '' : ` DEFAULT ${isTime ? fallback : quoted(fallback)}`
  return `${name} ${TYPES[type] ?? type.toUpperCase()}${nullable ? '' : ' NOT NULL'}${value}`
}

/** The same tables for PostgreSQL. Indexes are left out: nobody searches a double's tables. */
export function postgresqlSql(database: string): string {
  const tables = tablesOf(database)
  const referred = (name: string) =>
    tables.flatMap(({foreignKeys}) => foreignKeys.filter(({parent}) => parent === name).map(it => it.references))
  const statements = tables.map(table => {
    const keys = keysSql(table, referred(table.name)).filter(key => !key.startsWith('INDEX'))
    return `CREATE TABLE ${table.name} (\n  ${[...table.columns.map(postgresqlColumn), ...keys].join(',\n  ')}\n);\n`
  })
  return statements.join('\n')
}
