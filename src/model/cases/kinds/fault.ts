import * as z from 'zod'
import {LabError} from '../../../errors.js'
import {durationMs} from '../../duration.js'
import {FAULT_KINDS, MOST_SECONDS, DIRECTIONS} from '../../faults/fault-kinds.js'
import {readFault, type FaultOptions} from '../../faults/fault.js'
import {optionsText} from '../../faults/schedule.js'
import {expected} from '../../settings/values.js'
import {stepKind, type Mistake} from '../step-kind.js'
import {text} from '../values.js'

const value = z.union([z.string(), z.number()], expected('a value'))

const kinds = Object.fromEntries(
  FAULT_KINDS.map(({name, summary, value: takes}) => [
    name,
    (takes ? value : z.literal(true, expected('true'))).describe(summary).optional(),
  ]),
)

const schema = z.strictObject(
  {
    on: text("a link's id or a node").describe("A link's id such as gateway-1->traffic-manager-1:5672, or a node"),
    ...kinds,
    jitter: value.describe('With delay: up to this much more, at random').optional(),
    direction: z.enum(DIRECTIONS, expected(`one of ${DIRECTIONS.join(', ')}`)).optional(),
    for: z
      .string(expected('a time such as 30s'))
      .refine(
        input => (durationMs(input) ?? 0) >= 1000 && durationMs(input)! <= MOST_SECONDS * 1000,
        expected('a time from 1s to 24h'),
      )
      .describe('How long; until the run is over without it')
      .optional(),
  },
  expected('a block such as {on: gateway-1->traffic-manager-1:5672, cut: true}'),
)

type Written = z.output<typeof schema>

/** The fault that is meant, as `fault add` takes it. */
export const faultOptionsOf = ({on: _on, for: _for, ...input}: Written): FaultOptions =>
  Object.fromEntries(
    Object.entries(input).map(([key, one]) => [key, typeof one === 'number' ? String(one) : (one as string | true)]),
  )

export const isOfLink = (on: string): boolean => on.includes('->') || on.endsWith('-')

function mistakes(input: Written): readonly Mistake[] {
  try {
    readFault(faultOptionsOf(input), isOfLink(input.on) ? 'link' : 'node')
    return []
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return [{path: [], message: error.message.replaceAll('--', '').replace(/\.$/, '')}]
  }
}

export const fault = stepKind({
  name: 'fault',
  summary: 'Breaks a link or a node, as `fault add` does; it ends by itself, and with the run at the latest',
  schema,
  example: {on: 'gateway-1->traffic-manager-1:5672', cut: true, for: '30s'} as z.input<typeof schema>,
  text: input =>
    `${input.on}: ${optionsText(faultOptionsOf(input))}${input.for === undefined ? '' : ` for ${input.for}`}`,
  expects: [],
  names: ({on}) => [{path: ['on'], word: on, is: 'target'}],
  mistakes,
})

export const clearFaults = stepKind({
  name: 'clear-faults',
  summary: 'Ends all faults',
  schema: z.literal(true, expected('true')),
  example: true,
  text: () => 'all faults end',
  expects: [],
})
