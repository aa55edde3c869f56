/** The one stylesheet of all pages: readable from 360 px on, by light and by dark, and where colours are forced. */
export const STYLE = `
:root { color-scheme: light dark; --line: #d3d8df; --edge: #7d8590; --soft: #f3f5f8; --text: #1b1f24; --quiet: #57606a; --accent: #0b57a4; --bad: #a40e26; --good: #116329 }
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --edge: #7d8590; --soft: #1c2128; --text: #e6edf3; --quiet: #9da7b3; --accent: #79b8ff; --bad: #ff8f8f; --good: #7ee2a0 }
}
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: Canvas; overflow-wrap: anywhere }
a { color: var(--accent); text-underline-offset: .15em }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
main:focus { outline: 0 }
.skip { position: absolute; left: -999px }
.skip:focus { left: 1rem; top: .5rem; padding: .25rem .75rem; background: Canvas }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .6rem max(1rem, calc(50% - 35rem)); border-bottom: 1px solid var(--line); background: var(--soft) }
header .home { font-size: 1.1rem; font-weight: 700; color: inherit; text-decoration: none }
header nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; flex: 1; overflow-wrap: normal }
header nav [aria-current] { color: inherit; font-weight: 600; text-decoration-thickness: 3px }
header form { margin: 0; display: flex; gap: .75rem; align-items: center }
main { max-width: 72rem; margin: 0 auto; padding: 1rem 1rem 3rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .75rem 0 1rem }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2rem 0 .75rem }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem }
p { margin: 0 0 1rem; max-width: 46rem }
code, pre { font-family: ui-monospace, monospace; font-size: .9em }
table { border-collapse: separate; border-spacing: 0; width: 100%; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; position: relative; margin: 0 0 1rem }
th, td { text-align: left; padding: .5rem .75rem; vertical-align: top }
td { border-top: 1px solid var(--line); min-width: min(7.5rem, 10vw) }
th { background: var(--soft); font-size: .9rem; overflow-wrap: normal }
.number { min-width: 0; text-align: right; font-variant-numeric: tabular-nums }
time { white-space: nowrap }
dl { margin: 0 0 1rem }
dl div { display: flex; gap: 0 1rem; padding: .3rem 0 }
dt { flex: none; width: 7rem; color: var(--quiet) }
dd { margin: 0; min-width: 0 }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table, thead, tbody, tr, td { display: block }
  tr + tr { border-top: 1px solid var(--edge) }
  tr { padding: .4rem 0 }
  td, .number { display: flex; gap: .75rem; padding: .15rem .75rem; border: 0; text-align: left }
  td::before { content: attr(data-heading); flex: none; width: 6.5rem; font-size: .85rem; line-height: 1.75; color: var(--quiet) }
  td div { min-width: 0 }
}
form { margin: 0 0 1rem }
.lines :is(th, td) { padding: .4rem }
.lines :is(select, input) { padding: .45rem .4rem }
.lines td div { flex: 1 }
@media (min-width: 40.01rem) { .lines td:nth-child(2) { width: 27% } .lines td:nth-child(3) { width: 26% } }
@media (max-width: 40rem) { .lines :is(th, td) { padding: .2rem .75rem } .lines td { align-items: center } }
.fields { display: grid; grid-template-columns: minmax(0, 1fr); gap: .9rem; max-width: 32rem }
form.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end }
form.row label { flex: 0 1 18rem; min-width: 0 }
label { display: grid; grid-template-columns: minmax(0, 1fr); gap: .25rem; font-weight: 600 }
.check { display: flex; align-items: center; gap: .5rem; min-height: 2.6rem; font-weight: 400 }
.check input { flex: none; width: 1.25rem; min-height: 1.25rem; margin: 0 }
fieldset { min-width: 0; margin: 0; padding: .25rem .75rem; border: 1px solid var(--line); border-radius: 6px }
legend { font-weight: 600 }
label small { font-weight: 400; font-size: .9rem; color: var(--quiet) }
input, select, textarea, button { font: inherit; color: inherit; padding: .45rem .65rem; border: 1px solid var(--edge); border-radius: 6px; background: Canvas; max-width: 100% }
input, select, textarea { font-weight: 400; width: 100% }
input, select, button { min-height: 2.6rem }
textarea { font-family: ui-monospace, monospace; min-height: 5rem }
button { background: var(--accent); border-color: var(--accent); color: Canvas; cursor: pointer; justify-self: start }
button:hover { filter: brightness(1.12) }
button.quiet { background: transparent; color: var(--accent) }
button.danger { background: var(--bad); border-color: var(--bad) }
summary { cursor: pointer; padding: .15rem 0; width: fit-content }
details { margin: 0 0 1rem }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 1rem 1rem .25rem; margin: 0 0 1rem }
.card h2 { margin-top: 0 }
.badge { display: inline-block; padding: 0 .6rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .85rem; white-space: nowrap }
.good { color: var(--good) } .bad { color: var(--bad) } .quiet { color: var(--quiet) }
.notice { padding: .6rem .9rem; border-left: 4px solid var(--accent); background: var(--soft); color: var(--text) }
.notice.bad { border-color: var(--bad) }
pre { padding: .75rem; background: var(--soft); border-radius: 6px; white-space: pre-wrap; max-height: 30rem; overflow-y: auto }
.rich { max-width: 46rem } .rich h2 { font-size: 1.15rem; margin-top: 1.25rem } .rich blockquote { margin: 0 0 1rem; padding-left: 1rem; border-left: 3px solid var(--line) }
.thumbnail { display: block; max-width: 8rem; max-height: 8rem; margin: 0 0 1rem; border-radius: 6px }
td .thumbnail { max-width: 3rem; max-height: 3rem; margin: 0 0 0.25rem }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 0 2rem; margin-top: 1.5rem }
.plots section { min-width: 0 }
.plots h2 { margin: .5rem 0 }
.plot { display: grid; grid-template-columns: 3.25rem minmax(0, 1fr); gap: .3rem .5rem; margin: 0 0 .5rem; font-size: .8rem; line-height: 1; color: var(--quiet); font-variant-numeric: tabular-nums }
.plot div { display: flex; justify-content: space-between }
.plot .y { flex-direction: column; text-align: right; margin: -.4rem 0 }
.plot .x { grid-column: 2 }
.plot svg { width: 100%; height: 9rem; display: block; overflow: visible }
.plot line { stroke: var(--line); vector-effect: non-scaling-stroke }
.plot rect { fill: var(--accent) }
`
