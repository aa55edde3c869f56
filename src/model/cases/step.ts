import * as z from 'zod'
import {expected} from '../settings/values.js'
import {EXPECTATION, jsonPath, type Expectation} from './expectation.js'
import {STEP_KIND_NAMES, STEP_KINDS, type StepKindName, type StepKinds} from './kinds/index.js'
import type {StepKind} from './step-kind.js'
import {duration, flag, text, word} from './values.js'

/** What any step may say besides what it does. */
const MODIFIERS = {
  name: text('a text', 200).describe('What it is for, shown in reports').optional(),
  expect: EXPECTATION.describe('What it has to come to; without it: that it can be done').optional(),
  capture: z
    .record(word, jsonPath, expected('a block of NAME: JSONPATH'))
    .describe('Variables, by JSONPath from the body of the answer: used as ${NAME}')
    .optional(),
  within: duration.describe('Done again and again until it is as expected, for so long at most').optional(),
  timeout: duration.describe("So long it may take at most; the case's `timeout` without it").optional(),
  ready: flag.describe('false: it is not waited for that nodes are ready').optional(),
}

type Modifiers = {readonly [K in keyof typeof MODIFIERS]: z.output<(typeof MODIFIERS)[K]>}

/** By its kind's name what a step does, and what any step may say: as the file has it. */
export type Step = Readonly<Partial<Modifiers>> & {
  readonly [K in StepKindName]?: z.output<StepKinds[K]['schema']> | undefined
}

/** What a step of a kind says. */
export type StepInput<K extends StepKindName> = z.output<StepKinds[K]['schema']>

const kindShape = Object.fromEntries(
  STEP_KIND_NAMES.map(name => {
    const {schema, summary}: StepKind = STEP_KINDS[name]
    return [name, schema.describe(summary).optional()]
  }),
)

/** The kinds that a step names: exactly one, in a step that was checked. */
export const kindsOf = (step: Readonly<Record<string, unknown>>): readonly StepKindName[] =>
  STEP_KIND_NAMES.filter(name => step[name] !== undefined)

export const kindOf = (step: Step): StepKindName => kindsOf(step)[0]!

/** The row of a step's kind, and what the step says of it. */
export function rowOf(step: Step): {readonly kind: StepKind; readonly input: unknown} {
  const name = kindOf(step)
  return {kind: STEP_KINDS[name], input: step[name]}
}

function checkStep(step: Step, context: z.RefinementCtx): void {
  const complain = (path: readonly PropertyKey[], message: string) =>
    context.addIssue({code: 'custom', path: [...path], message})
  const names = kindsOf(step)
  const [name, other] = names
  if (name === undefined) return complain([], `a step does one thing: ${STEP_KIND_NAMES.join(', ')}`)
  if (other !== undefined) return complain([other], `a step does one thing, not ${name} and ${other}: make two of them`)
  const {kind, input} = rowOf(step)
  for (const {path, message} of kind.mistakes?.(input) ?? []) complain([name, ...path], message)
  const odd = Object.keys(step.expect ?? {}).filter(key => !kind.expects.includes(key as keyof Expectation))
  for (const key of odd)
    complain(
      ['expect', key],
      kind.expects.length === 0
        ? `nothing can be expected of ${name} but that it can be done`
        : `of ${name} can be expected: ${kind.expects.join(', ')}`,
    )
  if (step.capture !== undefined && !kind.expects.includes('body')) complain(['capture'], `${name} has no body`)
  if (step.ready !== undefined && !kind.readies) complain(['ready'], `${name} waits for no node`)
}

export const STEP = z
  .strictObject({...kindShape, ...MODIFIERS}, expected('a step: a block with one key for what it does'))
  .superRefine((step, context) => checkStep(step as Step, context)) as unknown as z.ZodType<Step>

/** A step in a few words: `call GET /pizza/1.0.0/menu`. */
export function stepText(step: Step): string {
  const {kind, input} = rowOf(step)
  return `${kind.name} ${kind.text(input)}`
}
