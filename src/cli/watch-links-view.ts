import type {LabEvent} from '../lab-events/event.js'
import {isDatabaseRow, type IdentifiedRow, type Row} from '../lab-events/link-row.js'
import {linkKey, tellsApart} from '../lab-events/reduce.js'
import type {LinksResult} from '../lab/links/links.js'
import {causesOf} from './links-text.js'
import {table} from './table.js'
import type {WatchView} from './watch-output.js'

const isBroken = ({state}: Row) => state === 'broken'

/** What a person wants to hear of: not each wording of the same. */
const gist = (row: Row) =>
  JSON.stringify(
    isDatabaseRow(row) ? [row.state, row.cause, row.access] : [row.state, row.cause, row.found, row.dropped],
  )

const rowText = (row: IdentifiedRow) => {
  const purpose = isDatabaseRow(row) ? '' : ` (${row.purpose})`
  return `${row.id}${purpose} ${row.state}: ${row.detail}`
}

function line(event: LabEvent, _now: LinksResult, before: LinksResult): string | undefined {
  switch (event.kind) {
    case 'link': {
      const key = linkKey(event.link, tellsApart(event.row))
      const old = before.rows.find(row => linkKey(row.id, tellsApart(row)) === key)
      return old && gist(old) === gist(event.row) ? undefined : rowText(event.row)
    }
    case 'link-gone':
      return `${event.link}${event.purpose === null ? '' : ` (${event.purpose})`} is gone`
    case 'down':
      return 'The lab is down.'
    default:
      return undefined
  }
}

const head = ({rows}: LinksResult) => {
  const broken = rows.filter(isBroken).length
  return `${rows.length - broken} links ok, ${broken} broken`
}

function clients({rows}: LinksResult, columns: number): string {
  const names = [...new Set(rows.map(({client}) => client))]
  const lines = names.map(name => {
    const own = rows.filter(({client}) => client === name)
    const broken = own.filter(isBroken).length
    return [name, String(own.length - broken), String(broken)]
  })
  return table(['CLIENT', 'OK', 'BROKEN'], lines, columns)
}

/** How `links --watch` shows a lab. */
export const linksView: WatchView<LinksResult> = {
  firstLines: now => [head(now), ...now.rows.filter(isBroken).map(rowText)],
  line,
  picture(now, columns) {
    const broken = now.rows.filter(isBroken)
    return [
      head(now),
      ...causesOf(broken, now.down),
      ...broken.filter(({cause}) => cause === undefined).map(row => `✗ ${rowText(row)}`),
      '',
      clients(now, columns),
    ].join('\n')
  },
  document: ({rows}) => rows,
  eventDocument: event => event,
}
