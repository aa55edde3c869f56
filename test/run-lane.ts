import {inspect} from 'node:util'
import Mocha from 'mocha'

/** A test that failed, and why. */
export interface Failure {
  readonly title: string
  readonly reason: string
}

/** What the parent is told at the end. */
export interface LaneResult {
  readonly passes: number
  /** Seconds that the tests and hooks of a file took, by its path. */
  readonly seconds: Readonly<Record<string, number>>
  readonly failures: readonly Failure[]
  readonly pending: number
}

/** Milliseconds of a test that says none: another lane may have the other core. */
const TIMEOUT_MS = 40_000

/** Runs the test files that it is given, one after the other, in this process. */
async function run(files: readonly string[]): Promise<LaneResult> {
  const color = Boolean(process.stdout.isTTY)
  const mocha = new Mocha({timeout: TIMEOUT_MS, forbidOnly: true, reporter: 'spec', color})
  for (const file of files) mocha.addFile(file)
  await mocha.loadFilesAsync()
  const failures: Failure[] = []
  const seconds: Record<string, number> = {}
  const addTime = ({file, duration = 0}: Mocha.Runnable) => {
    if (file) seconds[file] = (seconds[file] ?? 0) + duration / 1000
  }
  return new Promise(resolve => {
    const runner = mocha.run(() => {
      const {passes = 0, pending = 0} = runner.stats ?? {}
      resolve({passes, failures, pending, seconds})
    })
    runner.on('test end', addTime)
    runner.on('hook end', addTime)
    runner.on('fail', (test, error) => failures.push({title: test.fullTitle(), reason: inspect(error)}))
  })
}

process.once('disconnect', () => process.exit(1))
const result = await run(process.argv.slice(2))
process.send!(result, () => process.exit(0))
