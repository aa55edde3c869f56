import type {IncomingHttpHeaders} from 'node:http'

/** The cookie of the session that an answer begins; empty without one. */
export const sessionOf = ({headers}: {readonly headers: IncomingHttpHeaders}): string =>
  headers['set-cookie']?.[0]?.split(';')[0] ?? ''
