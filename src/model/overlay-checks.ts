import {LabError} from '../errors.js'
import {readKeyPath} from './key-path.js'

type Table = Readonly<Record<string, unknown>>

const readKey = (table: Table, key: string): string | undefined => readKeyPath(table, key)[0]?.value

const invalid = (message: string, next: readonly string[] = []) => new LabError('overlay-invalid', message, {next})

/** Keys that the lab itself decides, and how to ask for another value. */
const OWNED: Readonly<Record<string, string>> = {
  'server.offset': "set ports.offset in the lab file: nodes keep the product's ports, the load balancer moves",
  'server.server_role': 'put the overlay on the component that has this role',
  'transport.https.properties.proxyPort': 'set ports.offset in the lab file: it is the port that browsers use',
}

/** Characters that a value can't have, since the product copies it as it is: into XML, and some into the AMQP URL of the event hub too. */
const XML = /[&<>"']/
const AMQP = /[@:/?&'%]/

const PASSWORDS: readonly {readonly key: string; readonly bad: RegExp; readonly where: string}[] = [
  {key: 'super_admin.password', bad: AMQP, where: 'the AMQP URL of the event hub'},
  {key: 'apim.throttling.password', bad: AMQP, where: 'the AMQP URL of the event hub'},
  {key: 'apim.throttling.jms.password', bad: AMQP, where: 'the AMQP URL of the event hub'},
  ...[
    'super_admin.password',
    'database.apim_db.password',
    'database.shared_db.password',
    'keystore.tls.password',
    'keystore.tls.key_password',
    'keystore.primary.password',
    'keystore.primary.key_password',
    'truststore.password',
  ].map(key => ({key, bad: XML, where: 'XML'})),
]

const JDBC_KEYS = ['database.apim_db.url', 'database.shared_db.url']
/** An `&` that begins no entity. */
const BARE_AMPERSAND = /&(?!amp;|lt;|gt;|quot;|apos;|#)/

/** Throws `overlay-invalid` for what contradicts the lab, or for what the product would break on without saying where. */
export function checkOverlay(table: Table, file: string): void {
  for (const [key, instead] of Object.entries(OWNED))
    if (readKey(table, key) !== undefined) throw invalid(`${file}: ${key} contradicts the lab: ${instead}.`)
  for (const {key, bad, where} of PASSWORDS) {
    const value = readKey(table, key)
    // References ($env{...}, $ref{...}) are resolved by the product.
    const found = value === undefined || value.startsWith('$') ? undefined : bad.exec(value)?.[0]
    if (found !== undefined)
      throw invalid(
        `${file}: ${key} has a ${found}, which the product copies into ${where} as it is: use letters, digits, - and _.`,
      )
  }
  for (const key of JDBC_KEYS) {
    const value = readKey(table, key)
    if (value !== undefined && BARE_AMPERSAND.test(value))
      throw invalid(`${file}: ${key} has a bare &, which the product copies into XML as it is: write &amp;.`)
  }
}
