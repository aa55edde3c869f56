import type {Call} from '../http/call.js'
import {Fault} from '../http/fault.js'
import type {Answer, Route} from '../http/router.js'

/** What answers with tokens or secrets, or instead of them, is kept by nobody. */
export const UNCACHED = {'cache-control': 'no-store', pragma: 'no-cache'}

/** An answer of an OAuth endpoint that is no success: {error, error_description}, section 5.2 of RFC 6749. */
export class OAuthFault extends Fault {
  constructor(
    status: number,
    readonly error: string,
    description: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(status, description, {headers: {...UNCACHED, ...headers}})
  }

  override body(): unknown {
    return {error_description: this.description, error: this.error}
  }
}

/** The product answers 401 with this realm on its OAuth endpoints. */
export const invalidClient = (description: string) =>
  new OAuthFault(401, 'invalid_client', description, {'www-authenticate': 'Basic realm=is.com'})

export const invalidGrant = (description: string) => new OAuthFault(400, 'invalid_grant', description)
export const invalidRequest = (description: string) => new OAuthFault(400, 'invalid_request', description)

const MEANINGS: Readonly<Record<number, string>> = {401: 'invalid_client', 403: 'insufficient_scope'}

/** A handler of an OAuth endpoint: its faults are in OAuth's form, and nobody keeps its answers. */
export const oauth =
  (handle: (call: Call) => Promise<Answer>): Route['handle'] =>
  async call => {
    try {
      const answer = await handle(call)
      return {...answer, headers: {...UNCACHED, ...answer.headers}}
    } catch (error) {
      if (!(error instanceof Fault) || error instanceof OAuthFault) throw error
      const {status, description, options} = error
      throw new OAuthFault(status, MEANINGS[status] ?? 'invalid_request', description, options.headers)
    }
  }

/** The form of an OAuth request. Throws an OAuthFault 400 where a parameter comes twice. */
export const oauthForm = async (call: Call): Promise<URLSearchParams> => once(await call.form())

function once(form: URLSearchParams): URLSearchParams {
  const names = [...form.keys()]
  if (new Set(names).size < names.length) throw invalidRequest('Invalid request with repeated parameters.')
  return form
}

/** Of these, where they stand in the address, the product takes no notice: BasicAuthClientAuthenticator reads them in the body alone. */
const CREDENTIALS = ['client_id', 'client_secret']

/**
 * The parameters of a call for a token, or of a revocation: those of the form and, as the product has it (OAuthRequestWrapper,
 * identity-inbound-auth-oauth v6.4.2), of the address. Throws an OAuthFault 400 where one comes twice.
 */
export async function oauthParameters(call: Call): Promise<URLSearchParams> {
  const all = await call.form()
  for (const [name, value] of call.query) if (!CREDENTIALS.includes(name)) all.append(name, value)
  return once(all)
}
