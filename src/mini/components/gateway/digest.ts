import {createHash, randomBytes} from 'node:crypto'
import type {Account} from '../../http/credentials.js'
import {bodiless} from './headers.js'
import {giveUp} from './node-client.js'
import type {Sender} from './sender.js'
import type {Target} from './target.js'

/** Hashes of RFC 7616 that backends ask for; none named: MD5. */
const HASHES: Readonly<Record<string, string>> = {'': 'md5', md5: 'md5', 'sha-256': 'sha256'}

const quoted = (text: string) => `"${text.replace(/["\\\\]/g, '\\\\$&')}"`
/** What a header can't carry is not sent. */
const SENDABLE = /^[\x20-\x7e\xa0-\xff]*$/

/** The Authorization header that answers a challenge (RFC 7616), or undefined for one that asks for something else. */
export function digestAuthorization(
  challenge: string,
  {username, password}: Account,
  method: string,
  uri: string,
  cnonce = randomBytes(16).toString('hex'),
): string | undefined {
  if (!/^digest\s/i.test(challenge)) return undefined
  const given = new Map<string, string>()
  for (const [, name = '', inQuotes, plain] of challenge.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/g)) {
    given.set(name.toLowerCase(), inQuotes ?? plain ?? '')
  }
  const [realm = '', nonce] = [given.get('realm'), given.get('nonce')]
  const algorithm = given.get('algorithm') ?? ''
  const session = /-sess$/i.test(algorithm)
  const name = HASHES[algorithm.toLowerCase().replace(/-sess$/, '')]
  const offered = given
    .get('qop')
    ?.split(',')
    .map(it => it.trim())
  // auth-int alone would take the whole body before its first byte goes out.
  if (
    !SENDABLE.test(`${username}${realm}`) ||
    nonce === undefined ||
    name === undefined ||
    (offered && !offered.includes('auth'))
  )
    return undefined
  const hash = (...parts: readonly string[]) => createHash(name).update(parts.join(':')).digest('hex')
  const own = hash(username, realm, password)
  const secret = session ? hash(own, nonce, cnonce) : own
  const asked = hash(method, uri)
  const count = '00000001'
  const response = offered ? hash(secret, nonce, count, cnonce, 'auth', asked) : hash(secret, nonce, asked)
  const opaque = given.get('opaque')
  return [
    `Digest username=${quoted(username)}, realm=${quoted(realm)}, nonce="${nonce}", uri="${uri}", response="${response}"`,
    ...(algorithm === '' ? [] : [`algorithm=${algorithm}`]),
    ...(offered ? ['qop=auth', `nc=${count}`, `cnonce="${cnonce}"`] : []),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
  ].join(', ')
}

interface Asking {
  readonly target: Target
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
}

/**
 * Asks a backend for its challenge, each call anew and without a body, as the product's DigestAuthMediator does. Resolves with the
 * headers to add: none where the backend wants no login. Rejects with the network's error.
 */
export function logInByDigest(sender: Sender, {target, method, path, headers}: Asking, account: Account) {
  return new Promise<readonly string[]>((resolve, reject) => {
    const asking = sender.open(target, method, path, [...bodiless(headers), 'Content-Length', '0'])
    asking.on('response', answer => {
      answer.on('error', () => undefined)
      answer.resume()
      const challenge = answer.statusCode === 401 ? answer.headers['www-authenticate'] : undefined
      const value = challenge === undefined ? undefined : digestAuthorization(challenge, account, method, path)
      resolve(value === undefined ? [] : ['Authorization', value])
    })
    asking.on('timeout', () => giveUp(asking))
    asking.on('error', reject)
    asking.end()
  })
}
