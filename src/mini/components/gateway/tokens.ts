import {createHash} from 'node:crypto'
import {z} from 'zod'
import {cacheOf, ttlUntil} from '../../cache.js'
import type {KeyManagerData} from '../../hub/data.js'
import {isOwn} from './grants.js'
import {INVALID, isFault, UNCHECKED, type CallFault} from './faults.js'
import {claimsOf, untimely, verifyJwt} from './jwt.js'
import type {KeySets} from './key-sets.js'
import type {Eventual, Verified} from './verified.js'

/** Tokens that are remembered. */
const LIMIT = 5_000
/** How long a refusal is remembered. */
const REFUSAL_MS = 2_000

const introspection = z.object({
  active: z.boolean(),
  client_id: z.string().optional(),
  username: z.string().optional(),
  sub: z.string().optional(),
  scope: z.string().optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
})

const hash = (token: string) => createHash('sha256').update(token).digest('hex')

interface TokensOptions {
  /** Milliseconds that an opaque token is taken without asking again. */
  readonly life: number
  readonly keys: KeySets
  /** Undefined where nobody will ever tell of any. */
  readonly keyManagers: () => readonly KeyManagerData[] | undefined
  readonly isRevoked: (identifier: string) => boolean
  /** Asks a key manager for a token: the body of its answer. Throws Error if there is none. */
  readonly introspect: (url: string, token: string) => Promise<unknown>
}

/** Knows tokens: a JWT by its signature, an opaque one by asking its key manager. */
export class Tokens {
  private readonly known = cacheOf<Verified | CallFault>(LIMIT)
  private readonly asking = new Map<string, Promise<Verified | CallFault>>()
  /** How often all was forgotten: what was being found out then is not to be remembered. */
  private age = 0
  private managers: {of: readonly KeyManagerData[]; formats: readonly (RegExp | undefined)[]} = {of: [], formats: []}

  constructor(private readonly options: TokensOptions) {}

  /** Whose token it is, or why it is refused. */
  check(token: string): Eventual<Verified | CallFault> {
    const known = this.known.get(token)
    if (known) return this.judge(known)
    const asked = this.asking.get(token)
    if (asked) return asked
    const {age} = this
    const asking = this.find(token)
      .then(verdict => {
        if (age === this.age) this.remember(token, verdict)
        return this.judge(verdict)
      })
      .finally(() => {
        if (this.asking.get(token) === asking) this.asking.delete(token)
      })
    this.asking.set(token, asking)
    return asking
  }

  /** Key managers or their keys are other ones now. */
  forget(): void {
    this.known.clear()
    this.asking.clear()
    this.age++
  }

  private judge(verdict: Verified | CallFault): Verified | CallFault {
    if (isFault(verdict)) return verdict
    return untimely(verdict) ?? (this.options.isRevoked(verdict.identifier) ? INVALID : verdict)
  }

  private remember(token: string, verdict: Verified | CallFault): void {
    if (verdict === UNCHECKED) return
    const {life} = this.options
    const ttl = isFault(verdict) ? REFUSAL_MS : Math.min(Math.max(life, 1), ttlUntil(verdict.expires + REFUSAL_MS))
    this.known.set(token, verdict, {ttl})
  }

  private async find(token: string): Promise<Verified | CallFault> {
    const all = this.options.keyManagers()
    if (!all) return INVALID
    if (all.length === 0) return UNCHECKED
    const managers = all.filter(it => it.enabled)
    const claims = claimsOf(token)
    // Nobody else can say that it is the issuer of our own tokens.
    const issuers = claims ? managers.filter(it => it.configuration.issuer === claims.iss) : []
    const issuer = issuers.find(isOwn) ?? issuers[0]
    if (claims && issuer?.configuration.self_validate_jwt !== false) {
      return issuer ? verifyJwt(token, claims, issuer, this.options.keys) : INVALID
    }
    const formats = this.formatsOf(managers)
    const manager = issuer ?? managers.find((_, i) => formats[i]?.test(token) === true)
    return manager ? this.introspect(manager, token) : INVALID
  }

  private formatsOf(managers: readonly KeyManagerData[]): readonly (RegExp | undefined)[] {
    const {of, formats} = this.managers
    if (of.length === managers.length && of.every((it, i) => it === managers[i])) return formats
    const made = managers.map(({configuration: {token_format_string: format}}) => {
      try {
        return new RegExp(format ?? '^[^.]+$')
      } catch {
        return undefined
      }
    })
    this.managers = {of: managers, formats: made}
    return made
  }

  private async introspect(manager: KeyManagerData, token: string): Promise<Verified | CallFault> {
    let answer: z.infer<typeof introspection>
    try {
      answer = introspection.parse(await this.options.introspect(manager.configuration.introspection_endpoint, token))
    } catch {
      return UNCHECKED
    }
    if (!answer.active) return INVALID
    const {exp, nbf = 0, client_id: consumerKey, username, sub = '', scope = ''} = answer
    return {
      identifier: hash(token),
      expires: exp === undefined ? Number.MAX_SAFE_INTEGER : exp * 1000,
      notBefore: nbf * 1000,
      consumerKey,
      keyManager: manager,
      user: username ?? sub,
      scopes: new Set(scope.split(' ').filter(Boolean)),
      grants: new Map(),
    }
  }
}
