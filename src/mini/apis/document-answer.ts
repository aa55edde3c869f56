import {notFound} from '../http/fault.js'
import type {Answer} from '../http/router.js'
import type {ApiDocument, DocumentContent} from './documents.js'

/** A text or file that someone else wrote: to be saved, never to be run by a browser that has come to the page's own origin. */
const UNTRUSTED = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
}

/** In a header: no quotes, and ASCII alone beside the encoded name. */
const disposition = (fileName: string) =>
  `attachment; filename="${fileName.replace(/[^\x20-\x7e]|["\\]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(fileName).replace(/['()*]/g, it => `%${it.charCodeAt(0).toString(16)}`)}`

/** What both portals' REST APIs answer for a document's content; of the kind URL, where it is. Throws a Fault 404 where there is none. */
export function servedContent(document: ApiDocument, content: DocumentContent | undefined): Answer {
  const {sourceType, sourceUrl, fileName, name} = document
  if (sourceType === 'URL') return {status: 303, headers: {location: new URL(sourceUrl ?? '').href}}
  if (!content) throw notFound(`The document ${name} has no content yet`)
  const headers = {...UNTRUSTED, ...(fileName !== null && {'content-disposition': disposition(fileName)})}
  return {status: 200, headers, body: content.bytes, type: content.mediaType}
}
