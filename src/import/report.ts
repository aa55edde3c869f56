import type {Entry, Outcome} from './entries.js'
import type {ReadSet} from './read-set.js'

/** A component of the lab, and the files that its nodes read in production. */
export interface RecognisedComponent {
  readonly component: string
  readonly nodes: readonly string[]
  /** Of production's nodes; more than the lab has where the lab can't have as many. */
  readonly asked: number
  readonly files: readonly {readonly file: string; readonly line: number; readonly why: string}[]
}

export interface ImportReport {
  readonly release: string
  readonly releaseReason: string
  readonly components: readonly RecognisedComponent[]
  /** Files without a deployment.toml in them. */
  readonly unread: readonly string[]
  readonly entries: readonly Entry[]
}

/** What is told of an import. */
export function reportOf(set: ReadSet, entries: readonly Entry[], isInLab: (node: string) => boolean): ImportReport {
  const rank = ({file, line}: Entry) => [file, line] as const
  return {
    release: set.release.name,
    releaseReason: set.templates.restore(set.why),
    components: set.planned
      .map(({component, nodes, asked = nodes.length}) => ({
        component,
        nodes: nodes.map(({name}) => name).filter(isInLab),
        asked,
        files: [
          ...new Map(nodes.flatMap(({instance}) => (instance ? [[instance.source, instance.why] as const] : []))),
        ].map(([source, why]) => ({...source.placeOf(''), why: set.templates.restore(why)})),
      }))
      .filter(({nodes}) => nodes.length > 0),
    unread: set.unread,
    entries: entries.toSorted((a, b) => {
      const [file, line] = rank(a)
      const [other, its] = rank(b)
      return file < other ? -1 : file > other ? 1 : line - its
    }),
  }
}

/** Sections of the report in the order in which they matter. */
export const SECTIONS: readonly {readonly outcome: Outcome; readonly title: string; readonly about: string}[] = [
  {
    outcome: 'left',
    title: 'Not in the lab',
    about: 'Nothing in the lab stands for these. What matters of them goes into an overlay by hand.',
  },
  {outcome: 'replaced', title: 'Replaced by what the lab has', about: "The lab's own value is there instead."},
  {
    outcome: 'absent',
    title: 'In the lab, not in production',
    about: "Whole features are removed, so that the product's defaults hold as in production; single keys stay.",
  },
  {outcome: 'mapped', title: 'Kept, with the addresses of the lab', about: 'They are in the overlays.'},
  {outcome: 'kept', title: 'Kept as they are', about: 'They are in the overlays.'},
  {outcome: 'idle', title: 'Without effect', about: 'The product takes no notice of these keys.'},
]

/** How many keys each outcome has. */
export const counts = (entries: readonly Entry[]): Readonly<Record<Outcome, number>> => {
  const of = (outcome: Outcome) => entries.filter(entry => entry.outcome === outcome).length
  return {
    equal: of('equal'),
    kept: of('kept'),
    mapped: of('mapped'),
    replaced: of('replaced'),
    idle: of('idle'),
    left: of('left'),
    absent: of('absent'),
  }
}

/** `gateway1/deployment.toml:12 apim.jwt.enable: true: as in production (gateway-1)`. */
export const entryText = ({file, line, key, what, why, nodes}: Entry): string =>
  [`${file}:${line}`, key, [what, why].filter(Boolean).join(': '), nodes.length > 0 ? `(${nodes.join(', ')})` : '']
    .filter(Boolean)
    .join(' ')

// What came from somebody's file is code in Markdown: nothing of it is a link, a heading or HTML.
const code = (text: string) => `\`${text.replace(/[`\r\n\x00-\x1f\x7f]/g, ' ')}\``

const entryLine = ({file, line, key, what, why, nodes}: Entry) =>
  `- ${code(`${file}:${line}`)}${key === '' ? '' : ` ${code(key)}`}${what === '' ? '' : ` ${code(what)}`}: ${code(why)}${nodes.length > 0 ? ` (${nodes.join(', ')})` : ''}`

function componentLine({component, nodes, asked, files}: RecognisedComponent): string {
  const read = files.map(({file, line, why}) => `${code(`${file}:${line}`)}, ${code(why)}`)
  const more = asked > nodes.length ? `; production has ${asked}, which is more than a lab can have` : ''
  return `- ${nodes.join(', ')}: ${read.length > 0 ? read.join('; ') : `no file for ${component}: the lab's own configuration`}${more}`
}

/** The report as it lies beside the lab file. */
export function reportText({release, releaseReason, components, unread, entries}: ImportReport): string {
  const {equal} = counts(entries)
  const sections = SECTIONS.flatMap(({outcome, title, about}) => {
    const own = entries.filter(entry => entry.outcome === outcome)
    return own.length === 0 ? [] : [`## ${title} (${own.length})`, '', about, '', ...own.map(entryLine), '']
  })
  return [
    '# What apim-lab import made of these files',
    '',
    `Release ${release}: ${code(releaseReason)}.`,
    '',
    '## Nodes',
    '',
    ...components.map(componentLine),
    '',
    `${equal} keys say what the lab says anyway: they are in no overlay.`,
    '',
    ...sections,
    ...(unread.length > 0
      ? [`## Files without a deployment.toml (${unread.length})`, '', ...unread.map(file => `- ${code(file)}`), '']
      : []),
  ].join('\n')
}
