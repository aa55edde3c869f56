import {links} from '../links/links.js'
import {lint} from '../lint.js'
import {listFaults} from '../faults/list.js'
import {status} from '../status.js'
import {timelinePage} from '../timeline/page.js'
import {eventLine, timeline} from '../timeline/timeline.js'
import type {Part} from './part.js'
import {jsonText} from './redact-json.js'

const statusPart: Part = {
  title: 'Status of every node',
  collect: async ({lab, context, redactor}) => [
    {path: 'status.json', text: jsonText(await status(lab, context), redactor)},
  ],
}

const linksPart: Part = {
  title: 'Links, as checked from the nodes',
  collect: async ({lab, context, redactor}) => [
    {path: 'links.json', text: jsonText((await links(lab, context)).rows, redactor)},
  ],
}

const lintPart: Part = {
  title: 'Findings of lint',
  async collect({lab, context, redactor, workingDirectory}) {
    const result = await lint({paths: [], workingDirectory, flags: {lab}}, context)
    return [{path: 'lint.json', text: jsonText(result, redactor)}]
  },
}

const faultsPart: Part = {
  title: 'Faults that are made on purpose',
  collect: async ({lab, context, redactor}) => [
    {path: 'faults.json', text: jsonText(await listFaults(lab, context), redactor)},
  ],
}

const verifyPart: Part = {
  title: 'What the last run of verify came to',
  async collect({live, redactor}) {
    const text = await live.folder.readPrivate('verify')
    if (text === undefined) return [{what: 'verify', why: 'it has not run in this lab'}]
    return [{path: 'verify.json', text: jsonText(JSON.parse(text), redactor)}]
  },
}

const timelinePart: Part = {
  title: 'Timeline of the same window',
  async collect({lab, context, since}) {
    const result = await timeline({lab, since}, context)
    return [
      {path: 'timeline.html', text: timelinePage(result)},
      {path: 'timeline.ndjson', text: result.events.map(event => `${eventLine(event)}\n`).join('')},
    ]
  },
}

export const STATE_PARTS: readonly Part[] = [statusPart, timelinePart, linksPart, lintPart, faultsPart, verifyPart]
