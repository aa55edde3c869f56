import type {Found} from '../apis/search.js'
import {documentType} from './document-view.js'
import {html, type Html} from './html.js'
import {counted, table} from './parts.js'

/** The search of a site, at `action`. */
export const searchForm = (action: string, query: string): Html =>
  html`<form class="row" method="get" action="${action}" role="search">
    <label
      >Search
      <small>in all, documents too, or with name:, version:, context:, tag:, description:, subcontext:, doc:</small
      ><input name="query" type="search" value="${query}"
    /></label>
    <button>Search</button>
  </form>`

/** The documents among what was found, if any; pages of APIs are below `base`. */
export function foundDocuments(base: string, found: readonly Found[]): Html | undefined {
  const lines = found.flatMap(({api, document}) =>
    document
      ? [
          [
            html`<a href="${base}/apis/${api.id}/documents/${document.documentId}">${document.name}</a>`,
            html`<a href="${base}/apis/${api.id}">${api.name}</a> ${api.version}`,
            documentType(document),
            document.summary,
          ],
        ]
      : [],
  )
  if (lines.length === 0) return undefined
  return html`<h2>${counted(lines.length, 'document')}</h2>
    ${table('Documents', ['Name', 'API', 'About', 'Summary'], lines)}`
}
