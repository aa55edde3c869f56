import {isTable, valueAt, withAt, withoutAt, type Table} from './config-table.js'

/** A key that the lab itself decides. */
export interface OwnedKey {
  readonly path: readonly string[]
  /** What it is where the rendered file does not say it. */
  readonly otherwise?: string
  /** How to ask the lab for another value; `<component>` stands for the component's name. */
  readonly instead: string
}

/** What peers, probes, browsers and the load balancer rely on. */
const OWNED_KEYS: readonly OwnedKey[] = [
  {path: ['server', 'server_role'], instead: 'a node has the role of its component'},
  {path: ['server', 'hostname'], instead: 'set domain in the lab file'},
  {path: ['server', 'offset'], otherwise: '0', instead: 'set components.<component>.offset in the lab file'},
  {
    path: ['transport', 'https', 'properties', 'proxyPort'],
    instead: 'set ports.public in the lab file: it is the port that browsers use',
  },
  {path: ['wso2.carbon', 'ports', 'offset'], otherwise: '0', instead: "nodes keep the product's ports"},
]

/** A key of a user's file that says something else than the lab does. */
export interface Contradiction {
  readonly file: string
  readonly key: string
  readonly asked: string
  /** The lab's own value; undefined where the rendered file leaves the key out. */
  readonly rendered: string | undefined
  /** Whose value is in the file that the node gets. */
  readonly wins: 'lab' | 'file'
  readonly instead: string
}

/** Text of a value that is no table; a number in quotes is the same as the number. */
const scalar = (value: unknown): string | undefined =>
  value === undefined || isTable(value) || Array.isArray(value) ? undefined : String(value)

/** Replaces the references of a whole file: `$ref{...}`. */
export type Resolve = (table: Table) => Table

/** What a user's table says otherwise than the rendered one, of the keys that the lab owns. */
export function contradictions(
  rendered: Table,
  over: Table,
  {file, wins, resolve}: Pick<Contradiction, 'file' | 'wins'> & {readonly resolve: Resolve},
): readonly Contradiction[] {
  return OWNED_KEYS.flatMap(({path, otherwise, instead}) => {
    const own = valueAt(over, path)
    if (own === undefined) return []
    const asked = scalar(own) ?? 'no single value'
    const lab = scalar(valueAt(rendered, path))
    const meant = asked.includes('$') ? scalar(valueAt(resolve(withAt(rendered, path, own)), path)) : asked
    return meant === (lab ?? otherwise) ? [] : [{file, key: path.join('.'), asked, rendered: lab, wins, instead}]
  })
}

/** A user's table without the keys that the lab owns. */
export const withoutOwned = (over: Table): Table => OWNED_KEYS.reduce((table, {path}) => withoutAt(table, path), over)
