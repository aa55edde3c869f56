import {randomFrom} from '../../model/faults/schedule.js'
import {NETWORKS, resourceName} from '../../model/names.js'
import type {Variables} from '../../model/cases/variables.js'
import type {LabSettings} from '../../model/settings.js'
import type {LabContext} from '../context.js'
import {HelperQuestions} from '../links/helper-questions.js'
import {runningLab, type RunningLab} from '../links/running-lab.js'
import type {NamedRequest} from '../resolve/resolve-lab.js'
import {noteTaker, type TakeNotes} from '../timeline/notes.js'
import {labRoutes} from '../verify/lab-routes.js'
import type {Redactor} from '../../model/redactor.js'
import {register, token} from '../verify/steps/entry.js'
import {walkThrough} from '../verify/walk-through.js'
import type {Walk} from '../verify/walk.js'

/** What the steps of one run work with. */
export interface Session {
  readonly lab: string
  readonly running: RunningLab
  readonly helper: HelperQuestions
  /** What asks the lab's services. */
  readonly walk: Walk
  /** The same, with a token for the REST APIs. */
  entered(): Promise<Walk>
  readonly variables: Variables
  set(variables: Variables): void
  /** The lab as the steps so far have it. */
  readonly request: NamedRequest
  reconfigure(labFile: Partial<LabSettings>): void
  readonly redactor: Redactor
  /** For `timeline`. */
  readonly note: TakeNotes
  /** Numbers from 0 to 1 that follow from the seed. */
  readonly random: () => number
  /** From here on lines of logs count: nanoseconds since 1970. */
  readonly since: bigint
  /** A fault was made that has to be ended. */
  faulty: boolean
}

export interface SessionInput {
  readonly lab: string
  readonly request: NamedRequest
  readonly variables: Variables
  readonly redactor: Redactor
  readonly seed: number
}

/** Works with a lab that is up, through one helper in its network. */
export async function withSession<T>(
  {lab, request: begin, variables: known, redactor, seed}: SessionInput,
  context: LabContext,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const running = await runningLab(lab, context)
  const {engine, folder, helperImage, signal} = running
  const place = {network: resourceName(lab, NETWORKS.lab)}
  const helper = await engine.openHelper({lab, folder: folder.path, image: helperImage, place, signal})
  const questions = new HelperQuestions(helper, signal)
  for (const secret of Object.values(running.secrets)) if (typeof secret === 'string') redactor.add(secret)
  const backend = {url: known['backend'] ?? '', isBody: (body: string) => body !== ''}
  const walk = await walkThrough(running, {routes: labRoutes(running, questions), backend, redactor}, context)
  const note = await noteTaker(running, redactor)
  let entering: Promise<Walk> | undefined
  let variables = known
  let request = begin
  try {
    return await work({
      lab,
      running,
      helper: questions,
      walk,
      entered: () => (entering ??= enter(walk)),
      get variables() {
        return variables
      },
      set(more) {
        variables = {...variables, ...more}
      },
      get request() {
        return request
      },
      reconfigure(labFile) {
        request = {...request, labFile}
      },
      redactor,
      note,
      random: randomFrom(seed),
      since: await engine.now(),
      faulty: false,
    })
  } finally {
    questions.end()
    await helper.close()
  }
}

async function enter(walk: Walk): Promise<Walk> {
  await register(walk)
  await token(walk)
  return walk
}
