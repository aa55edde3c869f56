/** The one stylesheet of all pages: readable from 360 px on, by light and by dark, and where colours are forced. */
export const STYLE = `
:root { color-scheme: light dark; --line: #c9ced6; --soft: #f3f5f8; --text: #1b1f24; --quiet: #57606a; --accent: #0b57a4; --bad: #a40e26; --good: #116329 }
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --soft: #1c2128; --text: #e6edf3; --quiet: #9da7b3; --accent: #79b8ff; --bad: #ff8f8f; --good: #7ee2a0 }
}
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: Canvas }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.skip { position: absolute; left: -999px }
.skip:focus { left: 1rem; top: .5rem; padding: .25rem .75rem; background: Canvas }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .75rem 1rem; border-bottom: 1px solid var(--line); background: var(--soft) }
header strong { font-size: 1.1rem }
header nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; flex: 1 }
header form { margin: 0; display: flex; gap: .75rem; align-items: center }
main { max-width: 72rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem; margin: .5rem 0 1rem; overflow-wrap: anywhere }
h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; padding: .5rem .75rem; color: var(--quiet) }
th, td { text-align: left; padding: .45rem .75rem; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; min-width: 5.5rem }
thead th { border-top: 0; background: var(--soft); white-space: nowrap }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
form.fields { display: grid; gap: .75rem; max-width: 32rem }
label { display: grid; gap: .25rem; font-weight: 600 }
input, select, textarea, button { font: inherit; color: inherit; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: Canvas; max-width: 100% }
textarea { font-family: ui-monospace, monospace; min-height: 6rem; width: 100% }
button { background: var(--accent); border-color: var(--accent); color: Canvas; cursor: pointer; justify-self: start }
button.quiet { background: transparent; color: var(--accent) }
.badge { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .85rem; white-space: nowrap }
.good { color: var(--good) } .bad { color: var(--bad) } .quiet { color: var(--quiet) }
.notice { padding: .6rem .9rem; border-left: 4px solid var(--accent); background: var(--soft); margin: 0 0 1rem }
.notice.bad { border-color: var(--bad) }
pre { overflow-x: auto; padding: .75rem; background: var(--soft); border-radius: 6px; font: .9rem/1.45 ui-monospace, monospace }
svg { width: 100%; height: auto; max-width: 100% }
`
