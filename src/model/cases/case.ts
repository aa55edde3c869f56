import * as z from 'zod'
import {MOST_SEED} from '../faults/schedule.js'
import {labFileSchema} from '../lab-file/schema.js'
import {expected, pattern} from '../settings/values.js'
import {STEP, type Step} from './step.js'
import {duration, text} from './values.js'

/** Of a lab's name, which begins with `case-`. */
const MOST_NAME = 27

export const EXPECTED = ['reproduced', 'not-reproduced'] as const
export type Expected = (typeof EXPECTED)[number]

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
        .enum(EXPECTED, expected(`one of ${EXPECTED.join(', ')}`))
        .describe('The verdict that ends with exit status 0. Default: reproduced')
        .optional(),
      neverRun: text('a text', 500).describe('Nobody has run it yet, and why: it is checked only').optional(),
      seed: z
        .int(expected('a whole number'))
        .min(0)
        .max(MOST_SEED)
        .describe('Of all that is left to chance. Default: a new one for each run, which is told')
        .optional(),
      timeout: duration
        .describe('So long each step may take at most. Default: 60s, longer on a machine that is busy')
        .optional(),
      lab: labFileSchema().describe('The lab: what a lab file says, but its name').nullable().optional(),
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
  readonly expect?: Expected | undefined
  readonly neverRun?: string | undefined
  readonly seed?: number | undefined
  readonly timeout?: string | undefined
  /** What a lab file says, by its keys. */
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

export const expectedOf = ({expect = 'reproduced'}: Case): Expected => expect
