import assert from 'node:assert/strict'
import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Journal} from '../../../src/disk/journal.js'

describe('a journal', () => {
  it('leaves nothing when it is closed, not even what a run that was killed had begun to write; others stay', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'apim-lab-journal-'))
    try {
      const journal = new Journal(join(folder, 'apim.journal'))
      await journal.write('half done')
      assert.equal(await journal.read(), 'half done')
      for (const name of ['apim.journal.0b1c.tmp', 'apim2.journal.0b1c.tmp', 'apim.lock'])
        await writeFile(join(folder, name), '')
      await journal.close()
      assert.deepEqual((await readdir(folder)).toSorted(), ['apim.lock', 'apim2.journal.0b1c.tmp'])
      await new Journal(join(folder, 'nowhere/apim.journal')).close()
    } finally {
      await rm(folder, {recursive: true, force: true})
    }
  })
})
