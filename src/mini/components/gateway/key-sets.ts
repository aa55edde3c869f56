import {createPublicKey, type KeyObject} from 'node:crypto'
import {z} from 'zod'

/** The public keys of key managers, by the address that they come from. */
const keySet = z.object({
  keys: z.array(z.object({kty: z.string(), kid: z.string().optional()}).loose()),
})

/** Milliseconds between two questions for keys that are not known: forged ones must not make a storm. */
const PAUSE = 1_000

const keysOf = (set: unknown): Map<string, KeyObject> => {
  const found = new Map<string, KeyObject>()
  for (const jwk of keySet.parse(set).keys) {
    if (jwk.kty !== 'RSA') continue
    try {
      found.set(jwk.kid ?? '', createPublicKey({key: jwk, format: 'jwk'}))
    } catch {
      // A key that is none is as good as missing.
    }
  }
  return found
}

interface KeySetsOptions {
  /** Fetches a JWKS. Throws Error if it can't be had. */
  readonly fetch: (url: string) => Promise<unknown>
  /** Sets came that are other than before. */
  readonly changed: () => void
}

export class KeySets {
  private readonly sets = new Map<string, {readonly text: string; readonly keys: ReadonlyMap<string, KeyObject>}>()
  private readonly asked = new Map<string, {readonly at: number; readonly answer: Promise<boolean>}>()

  constructor(private readonly options: KeySetsOptions) {}

  get(url: string, kid: string): KeyObject | undefined {
    return this.sets.get(url)?.keys.get(kid)
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
    if (last && Date.now() - last.at < PAUSE) return last.answer
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
      this.sets.set(url, {text, keys: keysOf(JSON.parse(text))})
    } catch {
      return false
    }
    this.options.changed()
    return true
  }
}
