import type {IOptions} from 'sanitize-html'
import {Html} from './html.js'

/** What a document that someone else wrote may have: text and its structure. No script, no style, no form, nothing from elsewhere but links. */
const ALLOWED: IOptions = {
  allowedTags: [
    ...[
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'p',
      'br',
      'hr',
      'blockquote',
      'pre',
      'code',
      'kbd',
      'ul',
      'ol',
      'li',
      'dl',
      'dt',
      'dd',
    ],
    ...['a', 'strong', 'b', 'em', 'i', 'u', 's', 'del', 'sub', 'sup', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {a: ['href', 'title', 'rel'], th: ['scope'], ol: ['start']},
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  transformTags: {
    // The page has its own first heading.
    h1: 'h2',
    a: (tagName, attribs) => ({tagName, attribs: {...attribs, rel: 'noopener noreferrer nofollow'}}),
  },
}

/** HTML from elsewhere, with what is allowed in it. The library is loaded when it is needed: a start does without it. */
export async function safeHtml(text: string): Promise<Html> {
  const {default: sanitize} = await import('sanitize-html')
  return new Html(sanitize(text, ALLOWED))
}

/** Markdown from elsewhere as HTML that is safe to show. */
export async function markdown(text: string): Promise<Html> {
  const {marked} = await import('marked')
  return safeHtml(await marked.parse(text, {gfm: true, async: true}))
}
