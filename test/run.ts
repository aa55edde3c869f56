import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import Mocha from 'mocha'
import {waitForPort} from './support/hold-port.js'

/** Folders in the order in which they run: what is quick to fail first. */
const OWN = ['checks', 'unit', 'golden', 'engine', 'mini']
/** These use the machine's engine: its images, which all checkouts give the same names, and labs with names of their own. */
const ENGINE = ['integration', 'docs']
/** Who has this port runs them: one run of a machine at a time. */
const TURN_PORT = 11_000

const here = fileURLToPath(new URL('.', import.meta.url))

async function testFiles(suite: string): Promise<string[]> {
  const folder = join(here, suite)
  const entries = await readdir(folder, {recursive: true}).catch(() => [])
  return entries
    .filter(file => file.endsWith('.test.ts'))
    .toSorted()
    .map(file => join(folder, file))
}

async function run(suites: readonly string[]) {
  const mocha = new Mocha({timeout: 20_000, forbidOnly: true, reporter: 'spec', color: process.stdout.isTTY})
  for (const suite of suites) for (const file of await testFiles(suite)) mocha.addFile(file)
  await mocha.loadFilesAsync()
  return new Promise<{passes: number; failures: number; pending: number}>(resolve => {
    const runner = mocha.run(failures => {
      const {passes = 0, pending = 0} = runner.stats ?? {}
      resolve({passes, failures, pending})
    })
  })
}

const asked = process.argv.slice(2)
const wanted = (suites: readonly string[]) => suites.filter(name => asked.length === 0 || asked.includes(name))
const results: Awaited<ReturnType<typeof run>>[] = []
if (wanted(OWN).length > 0) results.push(await run(wanted(OWN)))
if (wanted(ENGINE).length > 0) {
  await waitForPort(TURN_PORT, () => console.log('waiting until another test run has finished with the engine'))
  results.push(await run(wanted(ENGINE)))
}

const sum = (of: 'passes' | 'failures' | 'pending') => results.reduce((total, it) => total + it[of], 0)
console.log(`\n${sum('passes')} passed, ${sum('failures')} failed, ${sum('pending')} skipped`)
// In CI a test that does not run proves nothing.
const failed = sum('failures') + (process.env['CI'] ? sum('pending') : 0)
process.exit(failed > 0 || sum('passes') === 0 ? 1 : 0)
