import {createPublicKey} from 'node:crypto'
import {createLocalJWKSet, type CompactVerifyGetKey, type JSONWebKeySet} from 'jose'

/** The time between two questions for keys that are not known: forged ones must not make a storm. */
const PAUSE_MS = 1_000

const NO_KEYS = createLocalJWKSet({keys: []})

interface KeySetsOptions {
  /** Fetches a JWKS. Throws Error if it can't be had. */
  readonly fetch: (url: string) => Promise<unknown>
  /** Sets came that are other than before. */
  readonly changed: () => void
}

/** The key of a certificate or public key, its PEM in base64 as the product has it, or as it is. Throws Error for what is none. */
function pemKey(value: string): CompactVerifyGetKey {
  const text = value.includes('-----BEGIN') ? value : Buffer.from(value, 'base64').toString('utf8')
  const key = createPublicKey(text)
  return () => key
}

const isAddress = (value: string) => /^https?:/.test(value)

/** The public keys of key managers, by the address that they come from; or by themselves, where a certificate is what is configured. */
export class KeySets {
  private readonly sets = new Map<string, {readonly text: string; readonly keys: CompactVerifyGetKey}>()
  private readonly asked = new Map<string, {readonly at: number; readonly answer: Promise<boolean>}>()

  constructor(private readonly options: KeySetsOptions) {}

  /** What finds the key of a JWT among those that are known. */
  of(url: string): CompactVerifyGetKey {
    return this.sets.get(url)?.keys ?? NO_KEYS
  }

  /** Takes what a snapshot has. */
  load(sets: Readonly<Record<string, string>>): void {
    for (const [url, text] of Object.entries(sets)) this.take(url, text)
  }

  all(): Record<string, string> {
    return Object.fromEntries([...this.sets].map(([url, {text}]) => [url, text]))
  }

  /** Fetches a set, at most once a second; says whether an answer was had. */
  refresh(url: string): Promise<boolean> {
    const last = this.asked.get(url)
    if (last && Date.now() - last.at < PAUSE_MS) return last.answer
    if (!isAddress(url)) return Promise.resolve(this.take(url, url))
    const answer = this.options.fetch(url).then(
      set => this.take(url, JSON.stringify(set)),
      () => false,
    )
    this.asked.set(url, {at: Date.now(), answer})
    return answer
  }

  private take(url: string, text: string): boolean {
    if (this.sets.get(url)?.text === text) return true
    try {
      const keys = isAddress(url) ? createLocalJWKSet(JSON.parse(text) as JSONWebKeySet) : pemKey(text)
      this.sets.set(url, {text, keys})
    } catch {
      return false
    }
    this.options.changed()
    return true
  }
}
