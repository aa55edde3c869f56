import {inspect} from 'node:util'
import {describePoint, sweep, type Point} from './points.js'
import {SweepLab, type SweepLabOptions} from './sweep-lab.js'

/** What the parent hands over: its share of the points. */
export interface Share {
  readonly labs: readonly SweepLabOptions[]
  readonly points: readonly Point[]
}

export interface Result {
  readonly swept: number
  readonly failures: readonly string[]
}

/** One process's share of the sweep: several labs at once, since most of the time one waits. */
process.once('message', message => {
  void work(message as Share).then(result => process.send!(result, () => process.exit(0)))
})

async function work({labs, points}: Share): Promise<Result> {
  const queue = [...points]
  const failures: string[] = []
  const now = new Set<string>()
  let swept = 0
  const uncaught = (error: unknown) => failures.push(`uncaught, at one of ${[...now].join('; ')}: ${inspect(error)}`)
  process.on('uncaughtException', uncaught).on('unhandledRejection', uncaught)
  const lane = async (options: SweepLabOptions) => {
    const lab = await SweepLab.start(options)
    for (let point = queue.shift(); point; point = queue.shift()) {
      const name = describePoint(point)
      now.add(name)
      try {
        if (await sweep(lab, point)) swept++
      } catch (error) {
        failures.push(`${name}: ${inspect(error)}`)
      }
      now.delete(name)
    }
    await lab.close()
  }
  await Promise.all(labs.map(lane))
  return {swept, failures}
}
