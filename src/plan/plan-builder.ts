import type {Operation, Plan} from './operations.js'

type WithoutId<T> = T extends Operation ? Omit<T, 'id'> : never

/** An operation before it has its number. */
export type Step = WithoutId<Operation>

/** Collects operations and numbers them from 1, in the order in which they are added. */
export class PlanBuilder {
  readonly #operations: Operation[] = []

  /** Adds an operation and returns its number. */
  add(step: Step): number {
    const id = this.#operations.length + 1
    this.#operations.push({...step, after: [...new Set(step.after)].toSorted((a, b) => a - b), id} as Operation)
    return id
  }

  /** Beside an operation that waits until a service is ready, waits for less. Returns its number, or `id` if that one is something else. */
  addBeside(id: number, kind: 'wait-schema'): number {
    const ready = this.#operations[id - 1]
    if (ready?.kind !== 'wait-ready') return id
    return this.add({kind, service: ready.service, subject: ready.subject, cause: ready.cause, after: ready.after})
  }

  build(): Plan {
    return this.#operations
  }
}
