import type * as z from 'zod'

interface Def {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly innerType?: z.ZodType
  readonly element?: z.ZodType
  readonly valueType?: z.ZodType
  readonly options?: readonly z.ZodType[]
}

const defOf = (schema: z.ZodType) => schema.def as unknown as Def

/** The keys that a schema has at a path of its value; none where it takes any. */
export function keysAt(schema: z.ZodType, [first, ...below]: readonly PropertyKey[]): readonly string[] {
  const {type, shape, innerType, element, valueType, options} = defOf(schema)
  const path = first === undefined ? [] : [first, ...below]
  if (innerType) return keysAt(innerType, path)
  if (options) return options.flatMap(option => keysAt(option, path))
  if (type === 'object' && shape) {
    if (first === undefined) return Object.keys(shape)
    const own = Object.hasOwn(shape, first) ? shape[String(first)] : undefined
    return own ? keysAt(own, below) : []
  }
  const inner = element ?? valueType
  return inner && first !== undefined ? keysAt(inner, below) : []
}
