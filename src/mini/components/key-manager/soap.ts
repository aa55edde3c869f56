import {badRequest} from '../../http/fault.js'

/** An element of a SOAP message; names without their prefix. */
export interface Element {
  readonly name: string
  readonly text: string
  readonly children: readonly Element[]
}

const DEPTH = 20
const TOKEN =
  /<\?xml[^<>]*\?>|<!--(?:(?!--)[^])*-->|<(\/?)([A-Za-z_][\w.-]*(?::[\w.-]+)?)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const ENTITIES: Readonly<Record<string, string>> = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"}

const decode = (text: string) =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));?/gi, (whole, decimal, hex, name: string | undefined) => {
    if (name !== undefined) {
      const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
      if (known === undefined) throw badRequest(`The XML has an entity that is not known: ${whole.slice(0, 50)}`)
      return known
    }
    const code = decimal === undefined ? parseInt(hex as string, 16) : Number(decimal)
    if (code > 0x10ffff) throw badRequest('The XML has a character that does not exist')
    return String.fromCodePoint(code)
  })

const localName = (name: string) => name.slice(name.indexOf(':') + 1)

interface Open {
  readonly tag: string
  readonly children: Element[]
  text: string
}

/**
 * Reads as much XML as SOAP needs: elements and text. No document types, so nothing expands and nothing is fetched. Throws a Fault 400.
 */
const parseXml = (source: string): Element => {
  const root: Open = {tag: '', children: [], text: ''}
  const open = [root]
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.length) {
    const found = TOKEN.exec(source)
    const inner = open.at(-1) ?? root
    if (!found) throw badRequest('The body is no XML that mini can read')
    const [, closing, tag, , empty, text] = found
    if (text !== undefined) inner.text += decode(text)
    else if (tag !== undefined && closing === '/') {
      if (inner.tag !== tag || open.length === 1)
        throw badRequest(`The XML closes ${tag.slice(0, 50)} in the wrong place`)
      open.pop()
      open.at(-1)?.children.push({name: localName(tag), text: inner.text.trim(), children: inner.children})
    } else if (tag !== undefined && empty === '/') inner.children.push({name: localName(tag), text: '', children: []})
    else if (tag !== undefined) {
      if (open.length > DEPTH) throw badRequest('The XML is too deep')
      open.push({tag, children: [], text: ''})
    }
  }
  const [only] = root.children
  if (open.length > 1 || !only || root.children.length > 1) throw badRequest('The body is no XML with one root element')
  return only
}

export const child = ({children}: Element, name: string): Element | undefined => children.find(it => it.name === name)

/** The operation of a SOAP message: the one element of its body. Throws a Fault 400. */
export const operationOf = (source: string): Element => {
  const envelope = parseXml(source)
  const body = envelope.name === 'Envelope' ? child(envelope, 'Body') : undefined
  const operation = body?.children[0]
  if (!operation) throw badRequest('The body is no SOAP envelope with an operation')
  return operation
}

export const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, it => `&#${it.charCodeAt(0)};`).replace(/[^\x20-\x7e\xa0-\xff]/g, '?')

export const envelope = (body: string): string =>
  `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`

/** The body of an answer that is no success. */
export const soapFault = (code: 'Client' | 'Server', description: string): string =>
  envelope(
    `<soapenv:Fault><faultcode>soapenv:${code}</faultcode><faultstring>${escapeXml(description)}</faultstring></soapenv:Fault>`,
  )
