/** Characters that a value can't have without breaking what the product makes of it: it copies the value there as it is. */
export interface RawValue {
  readonly key: string
  readonly bad: RegExp
  readonly where: string
  /** What to write instead. */
  readonly instead: string
}

const WORD = 'use letters, digits, - and _'
const XML = {bad: /[&<>"']/, where: 'XML', instead: WORD} as const
const AMQP = {bad: /[@:/?&'%]/, where: 'the AMQP URL of the event hub', instead: WORD} as const
/** An `&` that begins no entity. */
const AMPERSAND = {bad: /&(?!amp;|lt;|gt;|quot;|apos;|#)/, where: 'XML', instead: 'write &amp;'} as const

/** Values of `deployment.toml` that the product copies into another file without escaping. References (`$env{...}`) are resolved first. */
export const RAW_VALUES: readonly RawValue[] = [
  ...['super_admin.password', 'apim.throttling.password', 'apim.throttling.jms.password'].map(key => ({key, ...AMQP})),
  ...[
    'super_admin.password',
    'database.apim_db.password',
    'database.shared_db.password',
    'keystore.tls.password',
    'keystore.tls.key_password',
    'keystore.primary.password',
    'keystore.primary.key_password',
    'truststore.password',
  ].map(key => ({key, ...XML})),
  ...['database.apim_db.url', 'database.shared_db.url'].map(key => ({key, ...AMPERSAND})),
]
