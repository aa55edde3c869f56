import {z} from 'zod'
import {reasonOf} from '../../failure.js'
import {badRequest} from '../../http/fault.js'
import {escapeXml} from '../../http/xml.js'

/** The children of an operation's element, by their names without a prefix: a text, or an object of the same kind. */
export type Parameters = Readonly<Record<string, unknown>>

const DEPTH = 20
/** Nothing expands and nothing is fetched. */
const REFUSED = /<!DOCTYPE|&(?!(?:lt|gt|amp|quot|apos|#\d+|#x[\da-f]+);)/i

const ENVELOPE = z.object({Envelope: z.object({Body: z.record(z.string(), z.unknown())})})

/** The elements and texts of a document. Throws a Fault 400. */
async function parse(source: string): Promise<unknown> {
  if (REFUSED.test(source)) throw badRequest('The XML has a document type, or an entity that is not known')
  // Only who gets SOAP loads it.
  const {XMLParser, XMLValidator} = await import('fast-xml-parser')
  const options = {
    removeNSPrefix: true,
    parseTagValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    htmlEntities: true,
    maxNestedTags: DEPTH,
  }
  try {
    const found = XMLValidator.validate(source)
    if (found !== true) throw new Error(found.err.msg)
    return new XMLParser(options).parse(source)
  } catch (error) {
    throw badRequest(`The body is no XML that mini can read: ${reasonOf(error)}`)
  }
}

/** The operation of a SOAP message: the one element of its body. Throws a Fault 400. */
export async function operationOf(source: string): Promise<{readonly name: string; readonly given: Parameters}> {
  const message = ENVELOPE.safeParse(await parse(source))
  const [operation] = Object.entries(message.data?.Envelope.Body ?? {})
  if (!operation) throw badRequest('The body is no SOAP envelope with an operation')
  const [name, given] = operation
  return {name, given: typeof given === 'object' && given !== null ? (given as Parameters) : {}}
}

export const envelope = (body: string): string =>
  `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`

/** The body of an answer that is no success. */
export const soapFault = (code: 'Client' | 'Server', description: string): string =>
  envelope(
    `<soapenv:Fault><faultcode>soapenv:${code}</faultcode><faultstring>${escapeXml(description)}</faultstring></soapenv:Fault>`,
  )
