const REDACTED = '***'

/** Shorter ones are replaced as they are, and in no other form: what they would be in base64 is anywhere. */
const LEAST_IN_FORMS = 6

const WORDS = 'pass(?:word|wd|phrase)|pwd|secret|access_?token|refresh_?token|id_token|api_?key'

/** What others call their secrets: also those that nobody came to know. What stays stands in groups. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/(-----BEGIN ([A-Z ]*PRIVATE KEY)-----)[^]*?(-----END \2-----|$)/g, `$1${REDACTED}$3`],
  // JSON, also inside a text of JSON.
  [new RegExp(`((?:${WORDS})\\\\?"\\s*:\\s*\\\\?")[^"\\\\]*`, 'gi'), `$1${REDACTED}`],
  // TOML, YAML, properties, environments, parameters of a URL. A reference to another key is no secret.
  [new RegExp(`((?:${WORDS})["']?\\s*[=:]\\s*")(?!\\$)(?:[^"\\\\\\n]|\\\\.)+(")`, 'gi'), `$1${REDACTED}$2`],
  [new RegExp(`((?:${WORDS})["']?\\s*[=:]\\s*')(?!\\$)[^'\\n]+(')`, 'gi'), `$1${REDACTED}$2`],
  [new RegExp(`((?:${WORDS})\\s*[=:][ \\t]*)(?!\\$)[^\\s,;&"'\\\\<>{}[\\]#]+`, 'gi'), `$1${REDACTED}`],
  [/\b((?:Bearer|Basic)\s+)(?=[\w~+/.-]*[\d=])[\w~+/.-]{8,}=*/gi, `$1${REDACTED}`],
  [/(:\/\/[^\s:@/"']{1,100}:)[^\s@/"']{1,200}(?=@)/g, `$1${REDACTED}`],
]

/** Of its base64, the characters that are the same whatever stands before and after: one text for each place that it can begin at. */
function base64Of(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map(before => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
}

const XML: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'}

/** A secret as others may write it: as it is, in a URL, in JSON, in XML, in base64, in hexadecimal. */
export function formsOf(secret: string): readonly string[] {
  if (secret.length < LEAST_IN_FORMS) return [secret]
  const bytes = Buffer.from(secret)
  const base64 = base64Of(bytes)
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replace(/[&<>"]/g, sign => XML[sign]!),
    ...base64,
    ...base64.map(text => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...base64.map(text => encodeURIComponent(text)),
    bytes.toString('hex'),
  ]
  return [...new Set(forms)]
}

/** Knows secrets, so that none of them gets into what is shown or handed over. */
export class Redactor {
  readonly #forms = new Set<string>()
  /** Longest first: one may begin with another. */
  #sorted: readonly string[] | undefined

  /** Remembers a secret and returns it. */
  add(secret: string): string {
    if (secret === '') return secret
    for (const form of formsOf(secret)) this.#forms.add(form)
    this.#sorted = undefined
    return secret
  }

  /** The text without any of them, in any form, and without what is called a secret in it. */
  redact(text: string): string {
    this.#sorted ??= [...this.#forms].toSorted((a, b) => b.length - a.length)
    const known = this.#sorted.reduce((shown, form) => shown.replaceAll(form, REDACTED), text)
    return NAMED.reduce((shown, [pattern, kept]) => shown.replace(pattern, kept), known)
  }
}
