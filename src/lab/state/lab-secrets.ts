import {readToml} from '../../config/toml-source.js'
import {isSecret} from '../../config/secret-values.js'
import {leavesOf} from '../../lint/leaves.js'
import {attempt} from '../../model/attempt.js'
import {Redactor} from '../../model/redactor.js'
import type {Topology} from '../../model/topology.js'
import type {LabFolder} from '../../disk/lab-folder.js'
import {keptSecrets} from './kept-files.js'

/** A value of a user's that is shorter is a word, and would be found in all that there is. */
const LEAST = 6

/** Passwords that everybody knows: they stand in the product's documentation, and in what it ships. */
const PUBLIC = ['wso2carbon', 'admin']

/** Lines of curl: `header = "Authorization: Bearer TOKEN"`, `user = "id:secret"`. */
const CURL = /"Authorization: Bearer ([^"]+)"|^user = "[^":]*:([^"]+)"/gm

export interface KnownSecrets {
  readonly redactor: Redactor
  /** The lab's own could be read. */
  readonly known: boolean
}

/** Every secret that is known of a lab: its own, those of walks that were kept, and those that its user's files and variables have. */
export async function labSecrets(folder: LabFolder, topology: Topology | undefined): Promise<KnownSecrets> {
  const redactor = new Redactor()
  const secrets = await keptSecrets(folder).catch(() => undefined)
  for (const value of Object.values(secrets ?? {}))
    for (const secret of typeof value === 'string' ? [value] : Object.values(value ?? {})) redactor.add(secret)
  // A line of a key says something of it too.
  const key = await folder.readPrivate('key').catch(() => undefined)
  for (const line of (key ?? '').split('\n')) if (!line.startsWith('-----')) redactor.add(line)
  for (const text of await folder.curlTexts().catch(() => []))
    for (const [, token, secret] of text.matchAll(CURL)) redactor.add(token ?? secret ?? '')
  for (const secret of ownSecrets(topology))
    if (secret.length >= LEAST && !PUBLIC.includes(secret)) redactor.add(secret)
  return {redactor, known: secrets?.databaseRoot !== undefined}
}

function ownSecrets(topology: Topology | undefined): readonly string[] {
  const nodes = topology?.nodes ?? []
  const files = nodes.flatMap(({layers}) => [...(layers.config ? [layers.config] : []), ...layers.overlays])
  const inFiles = [...new Set(files.map(({content}) => content))].flatMap(content =>
    // What is not valid TOML is redacted by the names of its keys.
    (attempt(() => leavesOf(readToml(content).table)) ?? []).flatMap(({key, value}) =>
      isSecret(key, value) ? [String(value)] : [],
    ),
  )
  const inVariables = nodes.flatMap(({environment}) =>
    Object.entries(environment).flatMap(([name, value]) => (isSecret(name, value) ? [value] : [])),
  )
  return [...inFiles, ...inVariables]
}
