import type {ApiDocument, DocumentContent} from '../apis/documents.js'
import {html, type Html} from './html.js'
import {markdown, safeHtml} from './rich-text.js'

const TYPES: Readonly<Record<string, string>> = {
  HOWTO: 'How to',
  SAMPLES: 'Samples and SDK',
  PUBLIC_FORUM: 'Public forum',
  SUPPORT_FORUM: 'Support forum',
  API_MESSAGE_FORMAT: 'API message format',
  SWAGGER_DOC: 'Swagger',
  OTHER: 'Other',
}

/** What a document is about, in words. */
export const documentType = ({type, otherTypeName}: Pick<ApiDocument, 'type' | 'otherTypeName'>): string =>
  (type === 'OTHER' && otherTypeName) || (TYPES[type] ?? type)

/** Options of a select. */
export const DOCUMENT_TYPE_OPTIONS = Object.entries(TYPES)

/** What a document shows on a page: text rendered and safe, a link, or a file to save from `download`. */
export async function documentContent(
  document: ApiDocument,
  content: DocumentContent | undefined,
  download: string,
): Promise<Html> {
  const {sourceType, sourceUrl, fileName} = document
  if (sourceType === 'URL') {
    return html`<p><a href="${sourceUrl}" rel="noopener noreferrer nofollow">${sourceUrl}</a></p>`
  }
  if (!content) return html`<p class="notice">This document has no content yet.</p>`
  if (sourceType === 'FILE') return html`<p><a href="${download}" download>Download ${fileName}</a></p>`
  const text = content.bytes.toString('utf8')
  return html`<article class="rich">${await (sourceType === 'MARKDOWN' ? markdown(text) : safeHtml(text))}</article>`
}
