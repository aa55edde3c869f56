import {createHash} from 'node:crypto'
import {z} from 'zod'
import type {KeyManagerData} from '../../hub/data.js'
import {INVALID, isFault, UNCHECKED, type CallFault} from './faults.js'
import {readJwt, untimely, verifyJwt} from './jwt.js'
import type {KeySets} from './key-sets.js'
import {Lru} from '../../lru.js'
import type {Answer, Verified} from './verified.js'

/** Tokens that are remembered. */
const LIMIT = 5_000
/** Milliseconds that a refusal is remembered. */
const REFUSAL = 2_000

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
  readonly keyManagers: () => readonly KeyManagerData[]
  readonly isRevoked: (identifier: string) => boolean
  /** Asks a key manager for a token: the body of its answer. Throws Error if there is none. */
  readonly introspect: (url: string, token: string) => Promise<unknown>
}

interface Known {
  readonly verdict: Verified | CallFault
  /** Milliseconds since 1970 after which it is worked out again. */
  readonly until: number
}

/** Knows tokens: a JWT by its signature, an opaque one by asking its key manager. */
export class Tokens {
  private readonly known = new Lru<string, Known>(LIMIT)
  private readonly asking = new Map<string, Promise<Verified | CallFault>>()
  private managers: {of: readonly KeyManagerData[]; formats: readonly (RegExp | undefined)[]} = {of: [], formats: []}

  constructor(private readonly options: TokensOptions) {}

  /** Whose token it is, or why it is refused. */
  check(token: string): Answer<Verified | CallFault> {
    const known = this.known.get(token)
    if (known && known.until > Date.now()) return this.judge(known.verdict)
    const asked = this.asking.get(token)
    if (asked) return asked
    const asking = this.find(token)
      .then(verdict => {
        this.remember(token, verdict)
        return this.judge(verdict)
      })
      .finally(() => this.asking.delete(token))
    this.asking.set(token, asking)
    return asking
  }

  /** Key managers or their keys are other ones now. */
  forget(): void {
    this.known.clear()
  }

  private judge(verdict: Verified | CallFault): Verified | CallFault {
    if (isFault(verdict)) return verdict
    return untimely(verdict) ?? (this.options.isRevoked(verdict.identifier) ? INVALID : verdict)
  }

  private remember(token: string, verdict: Verified | CallFault): void {
    if (verdict === UNCHECKED) return
    const {life} = this.options
    const now = Date.now()
    const until = isFault(verdict) ? now + REFUSAL : Math.min(now + Math.max(life, 1), verdict.expires + REFUSAL)
    this.known.set(token, {verdict, until})
  }

  private async find(token: string): Promise<Verified | CallFault> {
    const managers = this.options.keyManagers().filter(it => it.enabled)
    if (managers.length === 0) return UNCHECKED
    const jwt = readJwt(token)
    const issuer = jwt && managers.find(it => it.configuration.issuer === jwt.payload.iss)
    if (jwt && issuer?.configuration.self_validate_jwt !== false) {
      return issuer ? verifyJwt(jwt, issuer, this.options.keys) : INVALID
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
      user: username ?? sub,
      scopes: new Set(scope.split(' ').filter(Boolean)),
      grants: new Map(),
    }
  }
}
