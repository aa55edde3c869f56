import type {Operation, OperationBase, Plan} from './operations.js'

/** What is fetched or made before the lab itself: an image, or the JDBC driver. */
export interface Preparation {
  readonly kind: 'pull-image' | 'build-image' | 'download-file'
  /** The image, or the file. */
  readonly subject: string
  readonly cause: string
}

export type PreparedPlan = readonly (Operation | (OperationBase & Preparation))[]

/** Services whose images an operation needs. */
function usersOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'create-container':
      return [operation.service]
    case 'fill-seed':
    case 'clone-seed':
      return operation.services
    default:
      return []
  }
}

/** A plan with what comes before it; a container is made after its image. `imageOf` is asked for a service. */
export function prepared(
  plan: Plan,
  steps: readonly Preparation[],
  imageOf: (service: string) => string | undefined,
): PreparedPlan {
  const first = steps.map((step, i) => ({...step, id: i + 1, after: []}))
  const idOf = new Map(first.map(({subject, id}) => [subject, id]))
  const moved = plan.map(operation => {
    const images = usersOf(operation).flatMap(service => idOf.get(imageOf(service) ?? '') ?? [])
    const after = operation.after.map(id => id + steps.length)
    return {...operation, id: operation.id + steps.length, after: [...new Set(images), ...after]}
  })
  return [...first, ...moved]
}
