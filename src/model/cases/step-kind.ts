import type * as z from 'zod'
import type {ServiceName} from '../services.js'
import type {ExpectationKey} from './expectation.js'

/** What a step can do. One file each: its place in the schema, in texts, and what may be expected of it follow from it. */
export interface StepKind<N extends string = string, S extends z.ZodType = z.ZodType> {
  /** The key that a step has for it. */
  readonly name: N
  /** What it does, for the schema, the template and the docs. */
  readonly summary: string
  readonly schema: S
  readonly example: z.input<S>
  /** In a few words: `GET /pizza/1.0.0/menu`. */
  text(input: z.output<S>): string
  /** What can be expected of it; none: that it can be done. */
  readonly expects: readonly ExpectationKey[]
  /** Variables that it sets, besides what `capture` says. */
  defines?(input: z.output<S>): readonly string[]
  /** It may be told not to wait until nodes are ready. */
  readonly readies?: true
  /** What somebody who got the case from elsewhere has to know before it is run. */
  warns?(input: z.output<S>): readonly string[]
  /** What it names of a lab, with a path below the kind's key. */
  names?(input: z.output<S>): readonly Named[]
  /** What is wrong besides the schema, with a path below the kind's key. */
  mistakes?(input: z.output<S>): readonly Mistake[]
}

/** A word that has to be one of a lab's: nodes, components; nodes or links; databases; tokens that its release makes. */
export interface NamedWord {
  readonly path: readonly PropertyKey[]
  readonly word: string
  readonly is: 'node' | 'target' | 'database' | 'tokens'
}

/** A service that a lab has to have; on this node, where one is named. */
export interface NamedService {
  readonly path: readonly PropertyKey[]
  readonly word: ServiceName
  readonly is: 'service'
  readonly node?: string | undefined
}

export type Named = NamedWord | NamedService

/** Nodes that a step names in one word or a list. */
export const namedNodes = (
  input: string | readonly string[],
  path: readonly PropertyKey[] = [],
): readonly NamedWord[] =>
  typeof input === 'string'
    ? [{path, word: input, is: 'node'}]
    : input.map((word, i) => ({path: [...path, i], word, is: 'node'}))

export interface Mistake {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** A row, checked. */
export const stepKind = <const N extends string, S extends z.ZodType>(row: StepKind<N, S>): StepKind<N, S> => row
