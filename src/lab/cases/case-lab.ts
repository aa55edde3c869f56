import {randomBytes} from 'node:crypto'
import {labBlockOf, labOfCase, type Case} from '../../model/cases/case.js'
import {labFileOf} from '../../model/lab-file/lab-file.js'
import type {LabSettings} from '../../model/settings.js'
import {checkLabName} from '../../model/names.js'
import {without} from '../../model/without.js'
import {LabError} from '../../errors.js'
import type {LabContext} from '../context.js'
import {belongingsOf} from '../../plan/observed.js'
import {readFiles} from '../resolve/load-settings.js'
import type {NamedRequest} from '../resolve/resolve-lab.js'
import {withLock} from '../state/with-lock.js'
import {upLocked} from '../up.js'
import {caseSnapshot} from './case-snapshot.js'

/** A case, and the path of its file: what it names lies beside it. */
export interface LoadedCase {
  readonly case: Case
  /** Absolute. */
  readonly path: string
  readonly text: string
}

/** Labs of cases have their ports away from those of a user's own lab, unless the case says where. */
const PORT_OFFSET = 4000

export interface CaseLabOptions {
  /** Name of the case's lab, in place of case-NAME. */
  readonly lab?: string
  /** In place of what the case says. */
  readonly release?: string
  readonly portOffset?: number
  readonly offline?: boolean
}

/** What the case says of its lab, its files read: of a snapshot, what that has. Throws for a file that can't be read, or an overlay that is none. */
export async function caseSettings(
  loaded: LoadedCase,
  context: Pick<LabContext, 'signal'>,
): Promise<Partial<LabSettings>> {
  const {case: one, path} = loaded
  const own = await readFiles(labFileOf(labBlockOf(one)), path, one.files)
  const snapshot = await caseSnapshot(loaded, context)
  if (!snapshot) return own
  // Its ports are those of another lab.
  const settings = without(snapshot.settings, 'lab', 'portOffset')
  return {release: snapshot.manifest.release, ...settings, ...own}
}

/** All that a lab of a case is made of: where it is the same, so is what the case comes to. */
export const caseContent = async (loaded: LoadedCase, context: Pick<LabContext, 'signal'>): Promise<unknown> => [
  await caseSettings(loaded, context),
  (await caseSnapshot(loaded, context))?.manifest ?? null,
]

/** The lab of a case, as `up` takes it. */
export function labRequest(
  loaded: LoadedCase,
  settings: Partial<LabSettings>,
  {lab: named, release, portOffset, offline = false}: CaseLabOptions,
  {data}: Pick<LabContext, 'data'>,
): NamedRequest {
  const lab = named === undefined ? labOfCase(loaded.case) : checkLabName(named)
  const offset = portOffset ?? (settings.portOffset === undefined ? PORT_OFFSET : undefined)
  return {
    lab,
    folder: data.lab(lab),
    labFile: {...settings, lab},
    workingDirectory: data.path,
    offline,
    flags: {lab, ...(release !== undefined && {release}), ...(offset !== undefined && {portOffset: offset})},
  }
}

/** Brings the lab to what a request says. What lint finds is what a case may be about. */
export const bringUp = (
  request: NamedRequest,
  timeoutSeconds: number | undefined,
  context: LabContext,
): Promise<{readonly release: string}> =>
  withLock({lab: request.lab, wait: false}, context, () =>
    upLocked(
      request,
      {
        ...request,
        offline: request.offline ?? false,
        dryRun: false,
        force: false,
        withFindings: true,
        rollback: false,
        wait: false,
        ...(timeoutSeconds !== undefined && {timeoutSeconds}),
      },
      context,
    ),
  )

/** Throws where there is a lab of that name: a case begins with nothing, and what it would remove may be somebody's. */
export async function checkAbsent(lab: string, context: LabContext): Promise<void> {
  const engine = await context.engine()
  if (belongingsOf(await engine.observe(lab)).length === 0 && !(await context.data.lab(lab).exists())) return
  throw new LabError('settings-conflict', `Lab ${lab} is there already: an earlier run left it, or one runs now.`, {
    next: [`apim-lab down --volumes --lab ${lab} (removes it)`, `apim-lab status --lab ${lab}`],
  })
}

/** Name for a snapshot that is made for a case, and goes with its lab. */
export const snapshotName = (): string => `case-${randomBytes(3).toString('hex')}`

export const isSnapshotName = (name: string): boolean => /^case-[0-9a-f]{6}$/.test(name)
