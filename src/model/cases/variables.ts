import {kindOf, rowOf, type Step} from './step.js'
import {PHASES, placeOfPhase, stepsOf, type Case} from './case.js'

/** Values by the names that steps use as `${name}`. */
export type Variables = Readonly<Record<string, string>>

/** Set before the first step. */
export const BUILT_IN = ['lab', 'admin.username', 'admin.password', 'backend'] as const

const USE = /\$\$|\$\{([^}]*)\}/g

/** A value with what its texts use put in; `$$` is a `$`. Every name is known: the case was checked. */
export function filledIn<T>(value: T, variables: Variables): T {
  if (typeof value === 'string')
    return value.replaceAll(USE, (all, name?: string) => (name === undefined ? '$' : (variables[name] ?? all))) as T
  if (Array.isArray(value)) return value.map((one: unknown) => filledIn(one, variables)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, filledIn<unknown>(own, variables)])) as T
}

interface Use {
  readonly name: string
  readonly path: readonly PropertyKey[]
}

function usesIn(value: unknown, path: readonly PropertyKey[]): readonly Use[] {
  if (typeof value === 'string')
    return [...value.matchAll(USE)].flatMap(([, name]) => (name === undefined ? [] : [{name, path}]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, own]) => usesIn(own, [...path, Array.isArray(value) ? Number(key) : key]))
}

/** Variables that a step sets. */
export function definedBy(step: Step): readonly string[] {
  const {kind, input} = rowOf(step)
  return [...(kind.defines?.(input) ?? []), ...Object.keys(step.capture ?? {})]
}

/** Uses of variables that no step before has set, with what would be known there. */
export function unknownUses(one: Case): readonly (Use & {readonly known: readonly string[]})[] {
  const known: string[] = [...BUILT_IN]
  return PHASES.flatMap(phase =>
    stepsOf(one, phase).flatMap((step, i) => {
      const name = kindOf(step)
      const uses = usesIn(step[name], [...placeOfPhase(phase), i, name])
      const expects = usesIn(step.expect, [...placeOfPhase(phase), i, 'expect'])
      const unknown = [...uses, ...expects]
        .filter(use => !known.includes(use.name))
        .map(use => ({...use, known: [...known]}))
      known.push(...definedBy(step))
      return unknown
    }),
  )
}
