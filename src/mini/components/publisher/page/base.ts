import {Fault} from '../../../http/fault.js'
import type {Principal} from '../../../oauth/guard.js'

export const BASE = '/publisher'

/** Whether a user's roles allow one of these scopes. */
export const may = ({scopes}: Principal, wanted: readonly string[]): boolean => wanted.some(it => scopes.includes(it))

/** Throws a Fault 403 where a user's roles do not allow it. */
export function need(principal: Principal, wanted: readonly string[]): void {
  if (!may(principal, wanted)) throw new Fault(403, 'Your roles do not allow this')
}

/** Where an API's page is, below the site's base. */
export const pathOf = (id: string): string => `/apis/${encodeURIComponent(id)}`
