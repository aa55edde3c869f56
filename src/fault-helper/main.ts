import type {FaultOrder, FaultReport} from '../model/faults/fault-order.js'
import {clearFaults, foundFaults} from './namespace.js'
import {guard, lease} from './lease.js'

/** The program inside a fault's container: it makes the fault, and ends it at its deadline, whoever else is alive by then. */
const report = (line: FaultReport) => process.stdout.write(`${JSON.stringify(line)}\n`)

const detailOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

async function carryOut(order: FaultOrder): Promise<void> {
  switch (order.order) {
    case 'make':
      return lease(order, notes => report({kind: 'made', notes}))
    case 'guard':
      return guard(order, () => report({kind: 'made'}))
    case 'tell':
      return void report({kind: 'found', faults: await foundFaults()})
    case 'clear':
      return void report({kind: 'found', faults: await clearFaults(order.ids)})
  }
}

/** What it was told stands in its last argument. Exit status 0: nothing of it is left. */
export function run(): void {
  const order = JSON.parse(process.argv.at(-1) ?? '') as FaultOrder
  carryOut(order).then(
    () => process.exit(0),
    (error: unknown) => {
      report({kind: 'impossible', detail: detailOf(error)})
      process.exit(1)
    },
  )
}
