import {STATUS_CODES} from 'node:http'

/** An answer of the gateway itself. Codes and texts: APISecurityConstants, ThrottleHandler, Synapse's error codes (carbon-apimgt v6.7.206). */
export interface CallFault {
  readonly status: number
  readonly code: number
  readonly message: string
  readonly description: string
  readonly headers?: Readonly<Record<string, string>>
  /** Only of throttled calls. */
  readonly nextAccessTime?: string
}

export const isFault = (value: object): value is CallFault => 'code' in value && 'description' in value

export const faultBody = ({code, message, description, nextAccessTime}: CallFault): string =>
  JSON.stringify({
    fault: {code, type: 'Status report', message, description, ...(nextAccessTime && {nextAccessTime})},
  })

const CHALLENGE = {
  'www-authenticate':
    'OAuth2 realm="WSO2 API Manager", error="invalid_token", error_description="The access token expired"',
}
const unauthorized = (code: number, message: string, more: string): CallFault => ({
  status: 401,
  code,
  message,
  description: `${message}. ${more}`,
  headers: CHALLENGE,
})
const refused = (status: number, code: number, message: string, description = message): CallFault => ({
  status,
  code,
  message,
  description,
})

export const INVALID = unauthorized(
  900901,
  'Invalid Credentials',
  'Make sure you have provided the correct security credentials',
)
export const EXPIRED = unauthorized(900903, 'Access Token Expired', 'Renew the access token and try again')
export const missingCredentials = (header: string): CallFault =>
  unauthorized(
    900902,
    'Missing Credentials',
    `Make sure your API invocation call has a header: '${header} : Bearer ACCESS_TOKEN'`,
  )
/** Where there is no token that it could be. */
export const missingApiKey = (): CallFault =>
  unauthorized(900902, 'Missing Credentials', "Make sure your API invocation call has a header: 'apikey : API_KEY'")
/** 500 in the product; but trying again helps, and it is no error of this node. */
export const UNCHECKED = refused(
  503,
  900900,
  'Unclassified Authentication Failure',
  'The token could not be checked at the moment. Try again',
)

const NO_SUBSCRIPTION = 'User is NOT authorized to access the Resource. API Subscription validation failed.'
export const FORBIDDEN = refused(403, 900908, 'Resource forbidden ', NO_SUBSCRIPTION)
/** ApiKeyAuthenticator.validateAPIKeyRestrictions. */
export const ACCESS_FORBIDDEN = refused(403, 900908, 'Resource forbidden ', 'Access forbidden for the invocations')
export const SUBSCRIPTION_BLOCKED = refused(403, 900907, 'The requested API is temporarily blocked', NO_SUBSCRIPTION)
export const SUBSCRIPTION_INACTIVE = refused(403, 900909, 'The subscription to the API is inactive', NO_SUBSCRIPTION)
export const noScope = (resource: string): CallFault =>
  refused(
    403,
    900910,
    'The access token does not allow you to access the requested resource',
    `User is NOT authorized to access the Resource: ${resource}. Scope validation failed.`,
  )

export const API_BLOCKED = refused(
  503,
  700700,
  'API blocked',
  'This API has been blocked temporarily. Please try again later or contact the system administrators.',
)
export const NO_RESOURCE = refused(404, 404, 'Not Found', 'No matching resource found for given API Request')
export const NO_METHOD = refused(405, 405, 'Method Not Allowed', 'Method not allowed for given API resource')
export const ODD_PATH = refused(
  400,
  400,
  'Bad Request',
  'The path has parts that a backend could take for another path',
)
const CLOSE = {connection: 'close'}
export const CODED: CallFault = {
  ...refused(501, 501, 'Not Implemented', 'A body may come in chunks, in no other transfer coding'),
  headers: CLOSE,
}
export const ENDLESS: CallFault = {
  ...refused(400, 400, 'Bad Request', 'The end of the body is not to be known by its transfer coding'),
  headers: CLOSE,
}
export const BLOCKED = refused(403, 900805, 'Message blocked', 'You have been blocked from accessing the resource')
/** ThrottleHandler.handleThrottleOut of carbon-apimgt v6.7.206, for HARD_LIMIT_EXCEEDED. */
export const HARD_LIMIT = refused(503, 900801, 'API Limit Reached', 'API not accepting requests')
/** As the product's template answers where an API has no endpoint for the kind of key. */
export const noEndpoint = (kind: string): CallFault =>
  refused(401, 900901, 'Runtime Error', `${kind} key offered to the API with no ${kind.toLowerCase()} endpoint`)

/** GraphQLConstants and GraphQLAPIHandler of carbon-apimgt v6.7.206. */
export const badQuery = (why: string): CallFault => refused(422, 900422, 'INVALID QUERY', why)
export const tooDeep = (depth: number, most: number): CallFault =>
  refused(400, 900820, 'QUERY TOO DEEP', `maximum query depth exceeded [${depth} > ${most}]`)
export const NO_SUBSCRIPTIONS = refused(501, 501, 'Not Implemented', 'Subscriptions of GraphQL APIs are not passed on')
export const TOO_LARGE = refused(413, 900422, 'INVALID QUERY', 'The query is too large')

const backend = (status: number, code: number, description: string) =>
  refused(status, code, 'Runtime Error', description)
/** Every endpoint is left alone since it failed: Synapse's codes, 303001 for a single one (apim.docs.wso2.com 3.2.0). */
export const noneReady = (api: string, kind: string, single: boolean): CallFault => {
  const of = single ? 'Address' : 'Group of'
  const text = `Currently , ${of} endpoint : [ Name : ${api}_API${kind}Endpoint ] [ State : SUSPENDED ]`
  return backend(503, single ? 303001 : 303000, text)
}
export const BACKEND_SEND = backend(503, 101500, 'Error in Sender')
export const BACKEND_CONNECT = backend(503, 101503, 'Error connecting to the back end')
export const BACKEND_SILENT = backend(504, 101504, 'Connection timeout')
export const BACKEND_CLOSED = backend(503, 101505, 'Connection closed')
export const BACKEND_PROTOCOL = backend(503, 101506, 'Protocol violation')
export const BACKEND_CONNECT_TIMEOUT = backend(504, 101508, 'Error connecting to the back end: timeout')

type ThrottleReason =
  | 'API_LIMIT_EXCEEDED'
  | 'RESOURCE_LIMIT_EXCEEDED'
  | 'APPLICATION_LIMIT_EXCEEDED'
  | 'SUBSCRIPTION_LIMIT_EXCEEDED'
  | 'SUBSCRIPTION_BURST_LIMIT_EXCEED'
  | 'CUSTOM_POLICY_LIMIT_EXCEED'

const THROTTLE_CODES: Readonly<Record<ThrottleReason, number>> = {
  API_LIMIT_EXCEEDED: 900800,
  RESOURCE_LIMIT_EXCEEDED: 900802,
  APPLICATION_LIMIT_EXCEEDED: 900803,
  SUBSCRIPTION_LIMIT_EXCEEDED: 900804,
  CUSTOM_POLICY_LIMIT_EXCEED: 900806,
  SUBSCRIPTION_BURST_LIMIT_EXCEED: 900807,
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `2026-Nov-22 05:47:00+0000 UTC`: the product's format of the next access time. */
function accessTime(at: Date): string {
  const [date = '', time = ''] = at.toISOString().split('T')
  const [year, , day] = date.split('-')
  return `${year}-${MONTHS[at.getUTCMonth()]}-${day} ${time.slice(0, 8)}+0000 UTC`
}

/** The answer to a throttled call; `next`: when calls are let through again, milliseconds since 1970. */
export function throttled(reason: ThrottleReason, next: number): CallFault {
  const at = new Date(next)
  const nextAccessTime = accessTime(at)
  return {
    status: 429,
    code: THROTTLE_CODES[reason],
    message: 'Message throttled out',
    description: `You have exceeded your quota .You can access API after ${nextAccessTime}`,
    nextAccessTime,
    headers: {'retry-after': at.toUTCString()},
  }
}

export const statusText = (status: number): string => STATUS_CODES[status] ?? 'Unknown'
