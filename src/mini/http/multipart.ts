import type {Call} from './call.js'
import {badRequest, Fault} from './fault.js'

/** A part of a form: a text, or a file with its name. */
interface Part {
  readonly bytes: Buffer
  readonly mediaType: string
  /** Undefined for a field that is no file. */
  readonly fileName?: string
}

/** A form with files, each field by its name; the first of a name counts. */
export type Multipart = ReadonlyMap<string, Part>

/** Reads a form of type multipart/form-data. Throws a Fault 400, 413 or 415. */
export async function multipartOf(call: Call): Promise<Multipart> {
  const type = call.header('content-type') ?? ''
  if (!/^multipart\/form-data\b/i.test(type)) throw new Fault(415, 'The body must be of type multipart/form-data')
  const bytes = await call.bytes()
  const form = await new Response(new Uint8Array(bytes), {headers: {'content-type': type}}).formData().catch(() => {
    throw badRequest('The body is no multipart form')
  })
  const parts = new Map<string, Part>()
  for (const [name, value] of form) {
    if (parts.has(name)) continue
    if (typeof value === 'string') parts.set(name, {bytes: Buffer.from(value), mediaType: 'text/plain'})
    else {
      const content = Buffer.from(await value.arrayBuffer())
      parts.set(name, {bytes: content, mediaType: value.type, fileName: value.name})
    }
  }
  return parts
}

/** A field's text, or undefined where it is missing or empty. */
export const textOf = (form: Multipart, name: string): string | undefined =>
  form.get(name)?.bytes.toString('utf8') || undefined
