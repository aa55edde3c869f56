import {STATUS_CODES} from 'node:http'

/**
 * An answer that is no success, in the form of the product's REST APIs: {code, message, description, moreInfo, error} (ErrorDTO of
 * publisher-api.yaml, carbon-apimgt v6.7.206). Thrown by a handler, answered by the router.
 */
export class Fault extends Error {
  override readonly name: string = 'Fault'

  constructor(
    readonly status: number,
    readonly description: string,
    readonly options: {
      readonly code?: number
      readonly message?: string
      readonly headers?: Record<string, string>
    } = {},
  ) {
    super(description)
  }

  /** What the client gets. */
  body(): unknown {
    const {code = this.status, message = STATUS_CODES[this.status] ?? 'Error'} = this.options
    return {code, message, description: this.description, moreInfo: '', error: []}
  }
}

export const badRequest = (description: string) => new Fault(400, description)
export const notFound = (description: string) => new Fault(404, description)
/** RestApiUtil.buildNotFoundException of carbon-apimgt v6.7.206. */
export const missing = (resource: string, id: string) =>
  notFound(`Requested ${resource} with Id '${id.slice(0, 100)}' not found`)
export const conflict = (description: string) => new Fault(409, description)
/** What the product says of a second one of the same name. */
export const alreadyExists = (description: string, code = 409) =>
  new Fault(409, description, {code, message: 'Resource Already Exists'})
export const missingOperation = (description: string) => new Fault(501, description)

/** Codes by which the driver and the network say that a database or a peer can't be had at the moment. */
const AWAY =
  /^(EAI_AGAIN|ECONN|ETIMED?OUT|EPIPE|EHOST|ENET|ENOTFOUND|ENODATA|EREFUSED|ESERVFAIL|PROTOCOL_|POOL_|ER_SERVER_SHUTDOWN|ER_CON_COUNT|ER_LOCK_)/

/** Whether an error says that something else is away: trying again may help. */
export const isAway = (error: unknown): boolean =>
  error instanceof Error && AWAY.test(String((error as NodeJS.ErrnoException).code ?? ''))

/** Codes by which the database says that a value does not fit its column: too long, or not in its character set. */
const UNFIT = new Set([
  'ER_DATA_TOO_LONG',
  'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
  'ER_CANNOT_CONVERT_STRING',
  'ER_CANT_AGGREGATE_2COLLATIONS',
])

/** Whether an error says that a value of the caller's does not fit where it has to be kept. */
export const isUnfit = (error: unknown): boolean =>
  error instanceof Error && UNFIT.has(String((error as NodeJS.ErrnoException).code ?? ''))
