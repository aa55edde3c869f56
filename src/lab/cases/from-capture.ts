import {resolve} from 'node:path'
import * as z from 'zod'
import {readCapture} from '../../disk/capture-file.js'
import {LabError} from '../../errors.js'
import {WALK_REPORT, type WalkReport} from '../../model/cases/from-walk.js'
import {STEP, type Step} from '../../model/cases/step.js'
import {fromJson} from '../../model/from-json.js'
import {checkKept} from '../../model/kept-settings.js'
import {oneLine} from '../../model/one-line.js'
import type {LabSettings} from '../../model/settings.js'
import {overlayPath} from '../capture/lab-parts.js'

/** What a case can be made of. */
export interface CaseSource {
  readonly settings: Partial<LabSettings>
  /** Faults that were made on purpose, as steps. */
  readonly faults: readonly Step[]
  readonly walk: WalkReport | undefined
  readonly notes: readonly string[]
}

const SETTINGS = 'lab/settings.json'
const FAULTS = 'faults.json'
const VERIFY = 'verify.json'
const SUMMARY = 'capture.json'

const REDACTED = '***'

const SUMMARY_SHAPE = z.object({lab: z.string().max(64), release: z.string().max(64)})

const FAULTS_SHAPE = z.object({
  faults: z
    .array(
      z.object({
        what: z.string().max(300),
        node: z.string().max(64),
        links: z.array(z.string().max(300)).max(1000),
        said: z.record(z.string(), z.union([z.string(), z.literal(true)])).optional(),
      }),
    )
    .max(100),
})

/** Settings with the contents of files put back that stand in files of their own. A file that is not there is left out. */
function withContents(value: unknown, texts: ReadonlyMap<string, string>, lost: string[]): unknown {
  if (Array.isArray(value)) return value.map(one => withContents(one, texts, lost))
  if (typeof value !== 'object' || value === null) return value
  const {path, ...others} = value as Readonly<Record<string, unknown>>
  if (typeof path === 'string' && Object.keys(others).length === 0) {
    const content = texts.get(overlayPath(path))
    if (content === undefined) lost.push(path)
    return content === undefined ? undefined : {path, content}
  }
  if (typeof path === 'string') {
    // The capture has no file of a container: only its checksum.
    lost.push(path)
    return undefined
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, own]) => {
      const kept = withContents(own, texts, lost)
      return kept === undefined ? [] : [[key, kept] as const]
    }),
  )
}

function faultSteps(text: string, notes: string[]): readonly Step[] {
  const {faults} = fromJson(FAULTS_SHAPE, text) ?? {faults: []}
  return faults.flatMap(({what, node, links, said}) => {
    const steps = (links.length > 0 ? links : [node]).map(on => STEP.safeParse({fault: {on, ...said}}).data)
    const good = steps.filter(step => step !== undefined)
    if (said === undefined || good.length < steps.length) {
      notes.push(`A fault that a case can't describe: ${oneLine(`${node}: ${what}`, 200)}.`)
      return []
    }
    return good
  })
}

/** What a capture knows of its lab. Throws `file-unusable`. */
export async function fromCapture(word: string, workingDirectory: string): Promise<CaseSource> {
  const path = resolve(workingDirectory, word)
  const texts = await readCapture(path, name => name.startsWith('lab/') || [FAULTS, VERIFY, SUMMARY].includes(name))
  const summary = fromJson(SUMMARY_SHAPE, texts.get(SUMMARY) ?? '')
  if (!summary)
    throw new LabError('file-unusable', `${path} is not a file of apim-lab capture: it has no ${SUMMARY}.`, {
      next: ['apim-lab capture --output report.zip (writes one)'],
    })
  const lost: string[] = []
  const said = withContents(fromJson(z.unknown(), texts.get(SETTINGS) ?? '{}') ?? {}, texts, lost)
  const settings = settingsOf(path, said)
  const notes = [`Made of a capture of lab ${summary.lab}.`]
  if (lost.length > 0)
    notes.push(`Files that the capture does not have: ${[...new Set(lost)].map(it => oneLine(it, 200)).join(', ')}.`)
  if (JSON.stringify(settings).includes(REDACTED))
    notes.push(`Where ${REDACTED} stands there was a secret: put in one of your own.`)
  const faults = faultSteps(texts.get(FAULTS) ?? '', notes)
  return {
    settings: {...(summary.release !== '' && {release: summary.release}), ...settings},
    faults,
    walk: fromJson(WALK_REPORT, texts.get(VERIFY) ?? ''),
    notes,
  }
}

function settingsOf(path: string, said: unknown): Partial<LabSettings> {
  try {
    return checkKept(said)
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    throw new LabError('file-unusable', `${path} can't be used: ${SETTINGS} in it is not that of a lab.`, {
      next: ['apim-lab capture --output report.zip (writes one)'],
      cause,
    })
  }
}
