import {
  BACKEND_CLOSED,
  BACKEND_CONNECT,
  BACKEND_CONNECT_TIMEOUT,
  BACKEND_PROTOCOL,
  BACKEND_SEND,
  BACKEND_SILENT,
  type CallFault,
} from './faults.js'

/** Codes of our own, of a backend that is given up. */
export const SILENT = 'BACKEND_SILENT'
export const UNREACHED = 'BACKEND_UNREACHED'

/** What an error before the head of an answer means, by the beginning of its code, Node's or undici's: error codes of Synapse's transport. */
const FAULTS: readonly (readonly [RegExp, CallFault])[] = [
  [/^(BACKEND_SILENT|UND_ERR_HEADERS_TIMEOUT)/, BACKEND_SILENT],
  [/^(BACKEND_UNREACHED|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)/, BACKEND_CONNECT_TIMEOUT],
  [/^(ECONNRESET|ECONNABORTED|UND_ERR_SOCKET)/, BACKEND_CLOSED],
  [/^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_)/, BACKEND_PROTOCOL],
  [/^(EPIPE|ERR_HTTP|ERR_STREAM|ERR_INVALID|UND_ERR_)/, BACKEND_SEND],
]

/** Anything else kept the connection from being made: no such name, nobody there, a certificate that is not trusted. */
export const backendFault = ({code, name}: NodeJS.ErrnoException): CallFault =>
  FAULTS.find(([codes]) => codes.test(code ?? name))?.[1] ?? BACKEND_CONNECT
