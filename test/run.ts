import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import Mocha from 'mocha'

/** Folders in the order in which they run: what is quick to fail first, the real engine last. */
const SUITES = ['checks', 'unit', 'golden', 'engine', 'mini', 'integration', 'docs']

const here = fileURLToPath(new URL('.', import.meta.url))

async function testFiles(suite: string): Promise<string[]> {
  const folder = join(here, suite)
  const entries = await readdir(folder, {recursive: true}).catch(() => [])
  return entries
    .filter(file => file.endsWith('.test.ts'))
    .toSorted()
    .map(file => join(folder, file))
}

const asked = process.argv.slice(2)
const mocha = new Mocha({timeout: 20_000, forbidOnly: true, reporter: 'spec', color: process.stdout.isTTY})
for (const suite of SUITES.filter(name => asked.length === 0 || asked.includes(name)))
  for (const file of await testFiles(suite)) mocha.addFile(file)
await mocha.loadFilesAsync()

const runner = mocha.run(failures => {
  const {passes = 0, pending = 0} = runner.stats ?? {}
  // In CI a test that does not run proves nothing.
  const failed = failures + (process.env['CI'] ? pending : 0)
  console.log(`\n${passes} passed, ${failed} failed, ${pending} skipped`)
  process.exit(failed > 0 || passes === 0 ? 1 : 0)
})
