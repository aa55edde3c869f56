import {createHash, randomBytes} from 'node:crypto'
import {sameSecret} from '../http/credentials.js'

/**
 * How the product's JDBC user store keeps passwords by default: base64 of SHA-256 of password and salt (carbon-kernel v4.6.0,
 * JDBCUserStoreManager: digest SHA-256, StoreSaltedPassword true).
 */
export const hashPassword = (password: string, salt: string): string =>
  createHash('sha256').update(`${password}${salt}`).digest('base64')

/** UM_SALT_VALUE has 31 characters. */
export const newSalt = (): string => randomBytes(16).toString('base64').slice(0, 24)

export const isPassword = (password: string, hash: string, salt: string): boolean =>
  sameSecret(hashPassword(password, salt), hash)
