import {timingSafeEqual, createHash} from 'node:crypto'
import type {Call} from './call.js'

export interface Account {
  readonly username: string
  readonly password: string
}

/** The account of an `Authorization: Basic` header, or undefined. */
export function basicOf(call: Call): Account | undefined {
  const text = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(call.header('authorization') ?? '')?.[1]
  if (text === undefined) return undefined
  const decoded = Buffer.from(text, 'base64').toString('utf8')
  const at = decoded.indexOf(':')
  return at < 0 ? undefined : {username: decoded.slice(0, at), password: decoded.slice(at + 1)}
}

/** The token of an `Authorization: Bearer` header, or undefined. */
export const bearerOf = (call: Call): string | undefined =>
  /^Bearer +([\w.~+/=-]+)$/i.exec(call.header('authorization') ?? '')?.[1]

export const basicHeader = ({username, password}: Account): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Compares secrets in a time that does not depend on where they differ. */
export const sameSecret = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
