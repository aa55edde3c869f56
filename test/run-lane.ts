import Mocha from 'mocha'

/** What the parent is told at the end. */
export interface Counts {
  readonly passes: number
  readonly failures: number
  readonly pending: number
}

/** Milliseconds of a test that says none: another lane may have the other core. */
const TIMEOUT_MS = 40_000

/** Runs the test files that it is given, one after the other, in this process. */
async function run(files: readonly string[]): Promise<Counts> {
  const color = Boolean(process.stdout.isTTY)
  const mocha = new Mocha({timeout: TIMEOUT_MS, forbidOnly: true, reporter: 'spec', color})
  for (const file of files) mocha.addFile(file)
  await mocha.loadFilesAsync()
  return new Promise(resolve => {
    const runner = mocha.run(failures => {
      const {passes = 0, pending = 0} = runner.stats ?? {}
      resolve({passes, failures, pending})
    })
  })
}

process.once('disconnect', () => process.exit(1))
const counts = await run(process.argv.slice(2))
process.send!(counts, () => process.exit(0))
