import type {ProbeEvent} from '../../lab-events/event.js'
import type {Reporter} from '../../report/reporter.js'

/** Tells what a node answers that is waited for. That it is ready is told by the operation that waits. */
export const tellProbe =
  (reporter: Reporter) =>
  ({node, ready, probe, detail}: ProbeEvent): void => {
    if (!ready) reporter.on({subject: node, state: 'working', text: `waiting, ${probe}: ${detail}`})
  }
