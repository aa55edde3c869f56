import {html, Html, type Part} from './html.js'

/** Colours follow the reader's, and nothing is asked of anybody: the page has all that it needs. */
const STYLE = `
:root{color-scheme:light dark;--text:#1b1f24;--dim:#57606a;--back:#fff;--line:#d0d7de;--soft:#f3f5f7;--bad:#b3261e;--warn:#8a5300;--good:#1a6b34;--accent:#0a58ca}
@media(prefers-color-scheme:dark){:root{--text:#e6e8eb;--dim:#9aa4af;--back:#14171a;--line:#343a41;--soft:#1d2126;--bad:#ff8a80;--warn:#f0b35a;--good:#6fd08c;--accent:#7ab0ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:90rem;padding:1rem;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.4rem;margin:.5rem 0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
a{color:var(--accent)}p{margin:.4rem 0}.dim{color:var(--dim)}.bad{color:var(--bad)}.warn{color:var(--warn)}.good{color:var(--good)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);overflow-wrap:break-word}
th{color:var(--dim);font-weight:600}td.figure{text-align:right;white-space:nowrap}td.whole{white-space:nowrap}
code{font-family:ui-monospace,monospace;font-size:.9em}
`

export interface ReportPage {
  readonly title: string
  /** More rules of style; ours. */
  readonly style?: string
  readonly body: Part
}

/** A page that needs nothing but itself: it opens without a network, and runs nothing. */
export const reportPage = ({title, style = '', body}: ReportPage): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        ${new Html(`<style>${STYLE}${style}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html> `.text
