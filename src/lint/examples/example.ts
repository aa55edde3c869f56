import type {Host, LintedFile} from '../linted-set.js'

/** A mistake as a file has it, and the same file put right: shown on the page of the rule, and what its tests run on. */
export interface Example {
  readonly release: string
  readonly bad: readonly LintedFile[]
  readonly good: readonly LintedFile[]
  /** Every name that there is, for what only a lab shows. */
  readonly hosts?: readonly Host[]
}

/** One file, whoever's it is. */
export const file = (text: string): readonly LintedFile[] => [{file: 'deployment.toml', text: `${text.trim()}\n`}]

/** A file of each of these nodes. */
export const nodes = (texts: Readonly<Record<string, string>>): readonly LintedFile[] =>
  Object.entries(texts).map(([node, text]) => ({
    file: `${node}/deployment.toml`,
    text: `${text.trim()}\n`,
    node,
    role: node.replace(/-\d+$/, ''),
  }))

/** The same change in one release. */
export const example = (bad: readonly LintedFile[], good: readonly LintedFile[], release = '3.2.0'): Example => ({
  release,
  bad,
  good,
})

/** The same change in a lab: its nodes are all that there are. */
export const inLab = (
  bad: Readonly<Record<string, string>>,
  good: Readonly<Record<string, string>>,
): Example & {readonly hosts: readonly Host[]} => ({
  ...example(nodes(bad), nodes(good)),
  hosts: nodes(good).flatMap(({node = '', role = ''}) => [
    {name: node, component: role},
    {name: role, component: role, shared: true},
  ]),
})

/** What makes a file a whole one, with nothing wrong in it. */
export const WHOLE = `
[server]
hostname = "publisher.example.org"
node_ip = "127.0.0.1"

[user_store]
type = "database_unique_id"

[super_admin]
username = "admin"
password = "admin"

[database.shared_db]
type = "h2"
url = "jdbc:h2:./repository/database/WSO2SHARED_DB;DB_CLOSE_ON_EXIT=FALSE"
username = "wso2carbon"
`
