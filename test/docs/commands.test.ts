import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {ROOT} from '../support/lab.js'
import {alike, commandBlocks, isRun, PAGES, pageText, shapeFault} from '../support/markdown.js'
import {NOTHING, remainsOf} from '../integration/support/test-lab.js'

/** What blocks make outside of the lab folder. */
const MADE = ['misspelt', 'production', 'imported', 'my-lab', 'my-bug.yaml', 'my-bug.case.tar.zst'].map(
  name => `/tmp/${name}`,
)

/** The page whose commands go through the real npx. */
const FIRST_PAGE = 'README.md'

/** A folder with an `npx` that runs this program at once: npx itself takes longer than most commands of the pages, each time. */
function folderOfNpx(dataHome: string): string {
  const folder = join(dataHome, 'bin')
  mkdirSync(folder)
  const script = `#!/bin/sh\n[ "$1" = apim-lab ] || exec ${process.execPath.replace(/node$/, 'npx')} "$@"\nshift\nexec ${join(ROOT, 'bin/run.js')} "$@"\n`
  writeFileSync(join(folder, 'npx'), script, {mode: 0o755})
  return folder
}

/** A page is run from its first block to its last: it makes the lab that it needs, and takes it down. */
for (const page of PAGES) {
  const blocks = commandBlocks(pageText(page)).filter(isRun)
  if (blocks.length === 0) continue

  describe(`the commands of ${page}`, function () {
    this.timeout(900_000)
    const dataHome = mkdtempSync(join(tmpdir(), 'apim-lab-docs-'))
    // No registry is asked for here: a pull that can't succeed says nothing about the text.
    const path = page === FIRST_PAGE ? {} : {PATH: `${folderOfNpx(dataHome)}:${process.env['PATH']}`}
    const env = {...path, XDG_DATA_HOME: dataHome, NO_COLOR: '1', APIM_LAB_OFFLINE: '1', COLUMNS: '80'}

    after(async () => {
      await execa('node', ['bin/run.js', 'down', '--volumes'], {cwd: ROOT, env, reject: false})
      for (const path of [dataHome, ...MADE]) rmSync(path, {recursive: true, force: true})
    })

    for (const {script, status, shown, document, line} of blocks)
      it(`line ${line}: ${script.split('\n')[0]}`, async () => {
        const {all, stdout, exitCode} = await execa('bash', ['-euc', script], {
          cwd: ROOT,
          env,
          all: true,
          reject: false,
          input: '',
        })
        assert.equal(exitCode, status, all)
        const seen = new Set(all.split('\n').map(alike))
        for (const expected of shown) assert.ok(seen.has(alike(expected)), `not in the output: ${expected}\n${all}`)
        if (document !== undefined) assert.equal(shapeFault(document, JSON.parse(stdout)), undefined, stdout)
      })

    it('leave nothing in the engine', async () => {
      assert.deepEqual(await remainsOf('apim'), NOTHING)
    })
  })
}
