import * as z from 'zod'
import {MOST_SEED} from '../faults/schedule.js'
import {labFileSchema} from '../lab-file/schema.js'
import {expected, pattern, releaseName} from '../settings/values.js'
import {without} from '../without.js'
import {STEP, type Step} from './step.js'
import {duration, text} from './values.js'

/** Of a lab's name, which begins with `case-`. */
const MOST_NAME = 27

export const EXPECTED = ['reproduced', 'not-reproduced'] as const
export type Expected = (typeof EXPECTED)[number]

/** Of `expect`: for every release that it does not name. */
export const OTHERWISE = 'default'

const verdict = z.enum(EXPECTED, expected(`one of ${EXPECTED.join(', ')}`))

const MOST_RELEASES = 20

/** What a lab file says, but its name, on one release or on each of several; or a snapshot, which has all of that in it. */
const labSchema = () =>
  labFileSchema().extend({
    release: z
      .union(
        [releaseName, z.array(releaseName).min(1, expected('a release at least')).max(MOST_RELEASES)],
        expected('a release such as 3.2.0, or a list of them'),
      )
      .describe('Release to run; of several, the case is run on each')
      .optional(),
    snapshot: text('the file of a snapshot', 1024)
      .describe('A file of `snapshot export`, beside this one, whose lab it is; `ports.offset` alone may stand with it')
      .optional(),
  })

const steps = z.array(STEP, expected('a list of steps')).max(200)

const caseName = pattern(
  /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  `a name of small letters, digits and hyphens, ${MOST_NAME} at most`,
  MOST_NAME,
)

const url = z.string().regex(/^https:\/\/[^\s]+$/, expected('a URL that begins with https://'))

/** Made when it is first asked for, as the lab file's is. */
function makeSchema() {
  return z.strictObject(
    {
      name: caseName.describe('Its name: its lab is called case-NAME'),
      title: text('a text', 200).describe('What is wrong, in a line').optional(),
      source: z.array(url, expected('a list of URLs')).describe('Where the bug is reported').optional(),
      about: text('a text', 20_000).describe('What happens, and why').optional(),
      expect: z
        .union(
          [verdict, z.record(z.string(), verdict)],
          expected(`one of ${EXPECTED.join(', ')}, or a block of RELEASE: VERDICT, with ${OTHERWISE} for all others`),
        )
        .describe('The verdict that ends with exit status 0; by release, where they differ. Default: reproduced')
        .optional(),
      neverRun: text('a text', 500).describe('Nobody has run it yet, and why: it is checked only').optional(),
      seed: z
        .int(expected('a whole number'))
        .min(0)
        .max(MOST_SEED)
        .describe('Seed of all random choices. Default: a new one for each run, which is shown')
        .optional(),
      timeout: duration
        .describe('So long each step may take at most. Default: 60s, longer on a machine that is busy')
        .optional(),
      lab: labSchema()
        .describe('The lab: what a lab file says, but its name; or a snapshot to begin from')
        .nullable()
        .optional(),
      files: z
        .record(
          pattern(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w./-]+$/, 'the name of a file'),
          z.string(expected('a text')),
          expected('a block of FILE: TEXT'),
        )
        .describe('Files that `lab` names, such as overlays, written here instead of beside this file')
        .optional(),
      given: steps.describe('What has to be there before: done once, then it is saved').optional(),
      when: steps.describe('What leads to the bug').optional(),
      then: z
        .strictObject(
          {
            symptom: steps.min(1, expected('a step at least')).describe('Shows the bug, when each is as expected'),
            absence: steps
              .min(1, expected('a step at least'))
              .describe('Shows that the bug is not there, when each is as expected')
              .optional(),
          },
          expected('a block with symptom, and absence if you like'),
        )
        .describe('What tells whether the bug is there'),
    },
    expected('a block of keys'),
  )
}

let schema: ReturnType<typeof makeSchema> | undefined

export const caseSchema = (): ReturnType<typeof makeSchema> => (schema ??= makeSchema())

/** A case as its file says it, checked: plain data, which can be changed and printed again. */
export interface Case {
  readonly name: string
  readonly title?: string | undefined
  readonly source?: readonly string[] | undefined
  readonly about?: string | undefined
  readonly expect?: Expected | Readonly<Record<string, Expected>> | undefined
  readonly neverRun?: string | undefined
  readonly seed?: number | undefined
  readonly timeout?: string | undefined
  /** What a lab file says, by its keys; `release` may be a list, and `snapshot` stand for all of it. */
  readonly lab?: Readonly<Record<string, unknown>> | null | undefined
  /** Texts of files that the lab names. */
  readonly files?: Readonly<Record<string, string>> | undefined
  readonly given?: readonly Step[] | undefined
  readonly when?: readonly Step[] | undefined
  readonly then: {
    readonly symptom: readonly Step[]
    readonly absence?: readonly Step[] | undefined
  }
}

export const PHASES = ['given', 'when', 'symptom', 'absence'] as const
export type Phase = (typeof PHASES)[number]

/** The steps of a phase, and where they stand in the file. */
export function stepsOf(one: Case, phase: Phase): readonly Step[] {
  if (phase === 'given' || phase === 'when') return one[phase] ?? []
  return one.then[phase] ?? []
}

export const placeOfPhase = (phase: Phase): readonly string[] =>
  phase === 'given' || phase === 'when' ? [phase] : ['then', phase]

/** Name of a case's own lab. */
export const labOfCase = ({name}: Pick<Case, 'name'>): string => `case-${name}`

/** The verdict that is right on a release. */
export function expectedOf({expect = 'reproduced'}: Pick<Case, 'expect'>, release: string): Expected {
  if (typeof expect === 'string') return expect
  const input = Object.hasOwn(expect, release) ? expect[release] : undefined
  return input ?? expect[OTHERWISE] ?? 'reproduced'
}

/** The releases that a case names; none: whatever is there. */
export function releasesOf({lab}: Pick<Case, 'lab'>): readonly string[] {
  const input = lab?.['release']
  return Array.isArray(input) ? (input as readonly string[]) : typeof input === 'string' ? [input] : []
}

/** The snapshot's file that a case begins from, relative to the case. */
export function snapshotOf({lab}: Pick<Case, 'lab'>): string | undefined {
  const input = lab?.['snapshot']
  return typeof input === 'string' ? input : undefined
}

/** What a lab file would say for the lab of a case: on the first of its releases, and nothing of a snapshot. */
export function labBlockOf(one: Pick<Case, 'lab'>): Readonly<Record<string, unknown>> {
  const plain = without(one.lab ?? {}, 'snapshot', 'release')
  const [release] = releasesOf(one)
  return {...plain, ...(release !== undefined && {release})}
}
