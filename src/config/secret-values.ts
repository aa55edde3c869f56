import {isSecretKey} from './rules.js'

const REFERENCE = /^\s*(?:\$ref\{[^}]*\}|\$\{[^}]*\})\s*$/

/** Whether a value must not be shown or written: a password, or a text with one in it. References to another key are none. */
export function isSecret(key: string, value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false
  const text = String(value)
  if (text === '' || REFERENCE.test(text)) return false
  if (/\$secret\{/.test(text)) return true
  return isSecretKey(key) || /:\/\/[^/\s:@]+:[^/\s@]+@/.test(text) || /[?&;](?:password|pwd)=/i.test(text)
}

/** The key of the account's name that stands beside a password: `x.username` of `x.password`. */
export const usernameBeside = (key: string): string => key.replace(/password$/i, 'username')
export const passwordBeside = (key: string): string => key.replace(/username$/i, 'password')
