import {BenchLab} from './bench-lab.js'
import type {Bench, Context} from './context.js'
import type {Figure} from './figures.js'

const LABS = 4
/** Of the first lab's time, for those that come up beside two and three others. */
const MOST_RATIO = 2
const VERIFIED = 3
/** It waits for whole minutes. */
const VERIFY_LIMIT_MS = 300_000

async function beside(others: readonly BenchLab[], first: number | undefined, context: Context): Promise<Figure[]> {
  if (others.length === LABS) {
    const seconds = await Promise.all(others.slice(0, VERIFIED).map(lab => lab.verify(VERIFY_LIMIT_MS)))
    return seconds.map((value, i) => ({
      name: `verify in lab ${i + 1} of ${LABS}, ${VERIFIED} at once`,
      value,
      unit: 's',
    }))
  }
  return BenchLab.with(
    context,
    async lab => {
      const {seconds} = await lab.up()
      const name = `up beside ${others.length} others`
      const figure: Figure =
        first === undefined
          ? {name, value: seconds, unit: 's'}
          : {
              name,
              value: seconds / first,
              unit: 'x',
              of: `${seconds.toFixed(2)} s / ${first.toFixed(2)} s`,
              most: MOST_RATIO,
            }
      return [figure, ...(await beside([...others, lab], first ?? seconds, context))]
    },
    `${others.length + 1}`,
  )
}

/** Labs side by side: how long each takes to come up beside the others, and whether `verify` passes in several at once. */
export const crowd: Bench = {
  summary: `${LABS} labs side by side, and verify in ${VERIFIED} at once`,
  run: context => beside([], undefined, context),
}
