import * as z from 'zod'
import {oneLine} from '../one-line.js'
import type {StepName} from '../walk.js'
import {without} from '../without.js'
import type {Case} from './case.js'
import type {Step} from './step.js'

/** What is kept of a walk of `verify`; a capture's may be somebody else's. */
export const WALK_REPORT = z.object({
  at: z.string().max(64),
  steps: z
    .array(
      z.object({
        name: z.string().max(64),
        title: z.string().max(200),
        ok: z.boolean(),
        skipped: z.literal(true).optional(),
        failure: z.object({expected: z.string(), got: z.string()}).optional(),
      }),
    )
    .max(100),
})

export type WalkReport = z.output<typeof WALK_REPORT>

const MENU = '${pizza.path}/menu'
const SPREAD = '20s'

/** What a step of the walk is in short forms: what it makes, and what it calls. */
interface Saying {
  readonly given?: readonly Step[]
  readonly call?: Step
}

const caller = (name: string, more: {readonly policy?: string; readonly tokens?: 'OAUTH'} = {}): readonly Step[] => [
  {application: {name, ...more}},
  {subscription: {api: 'pizza', application: name}},
  {token: {application: name}},
]

const FEW = 5

/** By the name of a step; what is not here has no short form. Steps without a line of their own are part of another's. */
const SAYINGS: Partial<Record<StepName, Saying>> = {
  publish: {given: [{api: {name: 'pizza'}}]},
  keys: {given: [{application: {name: 'app'}}]},
  subscribe: {given: [{subscription: {api: 'pizza', application: 'app'}}]},
  'app-token': {given: [{token: {application: 'app'}}]},
  call: {call: {call: {path: MENU, token: '${app.token}'}, expect: {status: 200}, within: SPREAD}},
  'no-token': {call: {call: {path: MENU}, expect: {status: 401}, within: SPREAD}},
  opaque: {
    given: caller('opaque', {tokens: 'OAUTH'}),
    call: {call: {path: MENU, token: '${opaque.token}'}, expect: {status: 200}, within: SPREAD},
  },
  'app-limit': {
    given: [
      {policy: {name: 'few', level: 'application', requestsPerMinute: FEW}},
      ...caller('limited', {policy: 'few'}),
    ],
    call: {
      call: {path: MENU, token: '${limited.token}', times: 4 * FEW},
      expect: {counts: {429: {atLeast: 1}}},
      within: SPREAD,
    },
  },
}

/** What every case does by itself, or another step's short form does. */
const SILENT: readonly string[] = [
  'register',
  'token',
  'tidy',
  'create',
  'deploy',
  'portal',
  'application',
  'keep',
  'clean-up',
]

export interface SaidWalk {
  readonly given: readonly Step[]
  readonly when: readonly Step[]
  /** Where a step failed that a case has a form for: what came, and what should have come. */
  readonly then?: Case['then']
  readonly notes: readonly string[]
}

const statusIn = (text: string) => Number(/\bHTTP (\d{3})\b/.exec(text)?.[1] ?? 0)

/** The call that failed as a sign: with the answer that came; and as it should have been. */
function signs({call}: Saying, got: string): Case['then'] | undefined {
  const status = statusIn(got)
  const wanted = call?.expect
  if (!call || wanted?.status === undefined || wanted.status === status) return undefined
  return {symptom: [{...without(call, 'within'), expect: {status}}], absence: [call]}
}

/** The walk's steps as those of a case, up to the first that failed, which is what shows the bug. */
export function saidWalk({at, steps}: WalkReport): SaidWalk {
  const done = steps.filter(({skipped}) => skipped === undefined)
  const failedAt = done.findIndex(({ok}) => !ok)
  const failed = done[failedAt]
  const walked = failed ? done.slice(0, failedAt) : done
  const sayingOf = ({name}: {readonly name: string}) => SAYINGS[name as StepName]
  const last = failed && sayingOf(failed)
  const then = last && signs(last, failed.failure?.got ?? '')
  const unsaid = walked.filter(step => !sayingOf(step) && !SILENT.includes(step.name))
  return {
    given: [...walked, ...(then && failed ? [failed] : [])].flatMap(step => sayingOf(step)?.given ?? []),
    when: walked.flatMap(step => sayingOf(step)?.call ?? []),
    ...(then && {then}),
    notes: [
      `Its steps are those of \`verify\` at ${oneLine(at, 40)}.`,
      ...(unsaid.length === 0
        ? []
        : [`They have no short form: ${unsaid.map(({name}) => oneLine(name, 64)).join(', ')}.`]),
      ...(failed
        ? [
            `\`verify\` failed at ${oneLine(`${failed.name}: expected ${failed.failure?.expected ?? ''}, got ${failed.failure?.got ?? ''}`, 300)}`,
          ]
        : []),
    ],
  }
}
