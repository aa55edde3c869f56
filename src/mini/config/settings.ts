import {basename} from 'node:path'
import {StartFailure} from '../failure.js'
import {kindOf, keyText, valueAt, type KeyPath} from './keys.js'

/** Why a key is needed and what it looks like: both end up in the message when it is missing or wrong. */
interface Need {
  readonly why: string
  readonly example: string
}

/** One configuration file with its references resolved, read key by key. Every failure names file, key, reason and an example. */
export class Settings {
  constructor(
    readonly file: string,
    private readonly root: unknown,
  ) {}

  /** The value at a path. */
  value(path: KeyPath): unknown {
    return valueAt(this.root, path)
  }

  /** How many elements the array at a path has; 0 if there is none. Throws StartFailure if something else stands there. */
  count(path: KeyPath, need: Need): number {
    const value = valueAt(this.root, path)
    if (value === undefined || value === null) return 0
    if (!Array.isArray(value)) throw this.wrong(path, need, `${kindOf(value)}, not an array`)
    return value.length
  }

  /** The string at a path. Throws StartFailure if it is missing, empty or no string. */
  text(path: KeyPath, need: Need): string {
    const value = this.maybeText(path, need)
    if (value === undefined) throw this.missing(path, need)
    return value
  }

  /** The string at a path, or undefined. Throws StartFailure if something else stands there. */
  maybeText(path: KeyPath, need: Need): string | undefined {
    const value = this.value(path)
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'string') throw this.wrong(path, need, kindOf(value))
    if (value.trim() === '') throw this.wrong(path, need, 'empty')
    return value
  }

  /** The boolean at a path; the product also takes the words in quotes, in any case: `"True"` of WSO2's own charts. */
  flag(path: KeyPath, fallback: boolean, need: Need): boolean {
    const value = this.value(path)
    if (value === undefined || value === null) return fallback
    const word = typeof value === 'string' ? value.toLowerCase() : value
    if (word === true || word === 'true') return true
    if (word === false || word === 'false') return false
    throw this.wrong(path, need, kindOf(value))
  }

  missing(path: KeyPath, need: Need): StartFailure {
    return this.failure(path, `is missing (${need.why}); expected ${need.example}`)
  }

  wrong(path: KeyPath, need: Need, found: string): StartFailure {
    return this.failure(path, `is ${found} (${need.why}); expected ${need.example}`)
  }

  failure(path: KeyPath, text: string): StartFailure {
    return new StartFailure(`${basename(this.file)}: key ${keyText(path)} ${text}`)
  }
}
