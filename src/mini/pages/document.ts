import type {Answer, Route} from '../http/router.js'
import {html, type Html, type Part} from './html.js'
import {STYLE} from './style.js'

/** What stands on a page. */
export interface View {
  readonly title: string
  readonly body: Part
  readonly status?: number
}

/** Headers of a page whose forms may lead to `formTargets` too: browsers follow no form to where its answer redirects without leave. */
export const pageHeaders = (formTargets: readonly string[] = []) => ({
  'content-security-policy':
    `default-src 'none'; style-src 'self'; img-src 'self' data:; form-action ${["'self'", ...formTargets].join(' ')}; ` +
    "base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
})

export const PAGE_HEADERS = pageHeaders()

export interface Frame {
  /** Where the stylesheet is: `/publisher`. */
  readonly base: string
  /** The site's name. */
  readonly site: string
  readonly header: Html
  readonly headers?: Readonly<Record<string, string>>
}

/** A view as a whole page of a site. */
export const documentOf = (view: View, {base, site, header, headers = PAGE_HEADERS}: Frame): Answer => ({
  status: view.status ?? 200,
  headers,
  type: 'text/html; charset=UTF-8',
  body: html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${view.title} - ${site}</title>
        <link rel="stylesheet" href="${base}/style.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>${header}</header>
        <main id="content" tabindex="-1">
          <h1>${view.title}</h1>
          ${view.body}
        </main>
      </body>
    </html>`.text,
})

/** GET of the stylesheet of the pages below `base`. */
export const styleRoute = (base: string): Route => ({
  method: 'GET',
  path: `${base}/style.css`,
  quiet: true,
  handle: () => ({
    status: 200,
    body: STYLE,
    type: 'text/css; charset=UTF-8',
    headers: {'cache-control': 'max-age=300'},
  }),
})
