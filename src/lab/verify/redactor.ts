/** What an answer calls its secrets: tokens and clients' secrets, also those that the walk never came to know. */
const FIELDS =
  /("(?:access_?token|refresh_?token|id_token|client_?secret|consumer_?secret|password|api_?key)"\s*:\s*")[^"]*(")/gi

const REDACTED = '***'

/** Knows the secrets of one walk, so that none of them gets into a report. */
export class Redactor {
  readonly #secrets = new Set<string>()

  /** Remembers a secret and returns it. */
  add(secret: string): string {
    if (secret !== '') this.#secrets.add(secret)
    return secret
  }

  /** The text without any of them. */
  redact(text: string): string {
    const known = [...this.#secrets]
      .toSorted((a, b) => b.length - a.length)
      .reduce((shown, secret) => shown.replaceAll(secret, REDACTED), text)
    return known.replaceAll(FIELDS, `$1${REDACTED}$2`)
  }
}
