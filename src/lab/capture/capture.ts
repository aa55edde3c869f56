import {setMaxListeners} from 'node:events'
import {resolve} from 'node:path'
import {checkTarget, writeArchive} from '../../disk/image-archive.js'
import {findLabFile} from '../../disk/lab-file.js'
import {zipped} from '../../disk/zip-file.js'
import {machineLoad} from '../../http/machine-load.js'
import {messageOf} from '../../errors.js'
import {instantText} from '../../model/instant.js'
import {underLoad} from '../../model/load.js'
import {silentReporter} from '../../report/json.js'
import type {LabContext} from '../context.js'
import {limited} from '../links/limited.js'
import {namedLab} from '../resolve/named-lab.js'
import {liveLab, type LiveLab} from '../state/live-lab.js'
import {checkKnown} from '../state/pick-nodes.js'
import {absentEngine} from './absent-engine.js'
import {DATABASE_PART} from './database-part.js'
import {labSecrets} from '../state/lab-secrets.js'
import {LAB_PARTS} from './lab-parts.js'
import {NODE_PARTS} from './node-parts.js'
import {indexPage} from './page.js'
import {isLeftOut, type Captured, type CapturedFile, type CaptureTools, type LeftOut, type Part} from './part.js'
import {jsonText} from './redact-json.js'
import {STATE_PARTS} from './state-parts.js'

export interface CaptureOptions {
  readonly lab: string
  readonly path: string
  readonly workingDirectory: string
  readonly force: boolean
  /** Nanoseconds since 1970. */
  readonly since: bigint
  readonly data: boolean
  readonly host: Readonly<Record<string, string>>
}

/** A part as it is in the file: what others may rely on in `capture --json`. */
export interface CapturedPart {
  readonly path: string
  readonly title: string
  readonly bytes: number
  /** Its beginning is left out. */
  readonly cut: boolean
}

export interface CaptureResult {
  readonly lab: string
  readonly release: string
  readonly file: string
  readonly sizeBytes: number
  readonly since: string
  readonly parts: readonly CapturedPart[]
  readonly leftOut: readonly LeftOut[]
}

const PARTS: readonly Part[] = [...STATE_PARTS, ...LAB_PARTS, ...NODE_PARTS, DATABASE_PART]

const AT_ONCE = 3
/** How long a part may take; what it has not by then is left out. */
const PART_MS = 90_000
/** Of all files together, before they are packed: text takes a tenth then, and GitHub accepts 25 MB. */
const MOST_BYTES = 96 * 1024 * 1024

/** What no capture has, whatever the lab. */
const NEVER: readonly LeftOut[] = [
  {what: 'passwords, tokens and private keys', why: 'they are secret: *** stands in their place'},
  {what: 'images, volumes and snapshots', why: 'they are large; images.json has the digests'},
]

interface TitledFile extends CapturedFile {
  readonly title: string
}

/** One file for a report: what is known of the lab, without its secrets. What can't be had is told in it. Throws `lab-not-found`. */
export async function capture(options: CaptureOptions, context: LabContext): Promise<CaptureResult> {
  const {lab, since, workingDirectory, force} = options
  const {reporter, signal, data, releases} = context
  const target = resolve(workingDirectory, options.path)
  await checkTarget(target, force, 'capture --output')
  const live = await liveOrFolder(lab, context)
  await checkKnown(lab, live.observed, live.folder, live.engine)
  reporter.begin(`Lab ${lab}: capturing it into ${target}`)
  const {redactor, known: secretsKnown} = await labSecrets(data.lab(lab), live.topology)
  const labFile = await findLabFile(workingDirectory).catch(() => undefined)
  const isItsFile = labFile && (await namedLab(undefined, () => workingDirectory, releases).catch(() => lab)) === lab
  const tools: CaptureTools = {
    ...options,
    live,
    context: {...context, reporter: silentReporter},
    redactor,
    secretsKnown,
    labFile: isItsFile ? labFile : undefined,
  }
  const collected = await limited(AT_ONCE, PARTS, async part => {
    reporter.on({subject: part.title, state: 'working', text: 'collecting'})
    const found = await inTime(part, tools)
    const left = found.filter(isLeftOut)
    reporter.on({subject: part.title, state: left.length > 0 ? 'warning' : 'done', text: tellOf(found)})
    return found.map(one => (isLeftOut(one) ? one : {...one, title: part.title}))
  })
  signal.throwIfAborted()
  const all = collected.flat()
  const {files, tooMuch} = bounded(all.filter((one): one is TitledFile => !isLeftOut(one)))
  const leftOut = [...all.filter(isLeftOut), ...tooMuch, ...NEVER].map(({what, why}) => ({
    what: redactor.redact(what),
    why: redactor.redact(why),
  }))
  const parts = files.map(({path, title, text, cut}) => ({
    path,
    title,
    bytes: Buffer.byteLength(text),
    cut: cut === true,
  }))
  const at = new Date()
  const summary = {
    lab,
    release: live.topology?.release.name ?? '',
    apimLab: context.version,
    at: at.toISOString(),
    since: instantText(since),
    parts,
    leftOut,
  }
  const folder = `capture-${lab}`
  const packed = [
    {path: 'index.html', text: indexPage(summary, files)},
    {path: 'capture.json', text: jsonText(summary, redactor)},
    ...files,
  ].map(({path, text}) => ({path: `${folder}/${path}`, content: Buffer.from(text)}))
  const write = {force, command: 'capture --output', mode: 0o600, onBytes: () => undefined}
  const sizeBytes = await writeArchive(target, zipped(packed, at), write)
  return {lab, release: summary.release, file: target, sizeBytes, since: summary.since, parts, leftOut}
}

/** The lab as it is; where the engine can't be had, as its folder tells. Throws what the engine says where there is no folder either. */
async function liveOrFolder(lab: string, context: LabContext): Promise<LiveLab> {
  try {
    return await liveLab(lab, context)
  } catch (error) {
    context.signal.throwIfAborted()
    if (!(await context.data.lab(lab).exists())) throw error
    return liveLab(lab, {...context, engine: () => Promise.resolve(absentEngine(error))})
  }
}

const tellOf = (found: readonly Captured[]) => {
  const left = found.filter(isLeftOut)
  const files = found.length - left.length
  const told = `${files} ${files === 1 ? 'file' : 'files'}`
  return left.length === 0 ? told : `${told}; left out: ${left.map(({what}) => what).join(', ')}`
}

/** A part, or why there is none of it. Throws on abort only. */
async function inTime(part: Part, tools: CaptureTools): Promise<readonly Captured[]> {
  const {signal} = tools.context
  const ms = underLoad(PART_MS, machineLoad())
  const late = AbortSignal.timeout(ms)
  const until = AbortSignal.any([signal, late])
  // Every node listens to it.
  setMaxListeners(0, until)
  const over = new Promise<never>((_, reject) => {
    until.addEventListener('abort', () => reject(until.reason as Error), {once: true})
  })
  over.catch(() => undefined)
  try {
    return await Promise.race([part.collect({...tools, context: {...tools.context, signal: until}}), over])
  } catch (error) {
    signal.throwIfAborted()
    return [{what: part.title, why: late.aborted ? `it took longer than ${Math.round(ms / 1000)} s` : messageOf(error)}]
  }
}

/** As many as fit, in the order of their parts. */
function bounded(files: readonly TitledFile[]): {files: readonly TitledFile[]; tooMuch: readonly LeftOut[]} {
  let left = MOST_BYTES
  const fits = files.filter(({text}) => {
    const bytes = Buffer.byteLength(text)
    const isIn = bytes <= left
    if (isIn) left -= bytes
    return isIn
  })
  const tooMuch = files.filter(file => !fits.includes(file))
  return {files: fits, tooMuch: tooMuch.map(({path}) => ({what: path, why: 'the capture would become too large'}))}
}
