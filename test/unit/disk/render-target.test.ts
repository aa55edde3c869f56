import assert from 'node:assert/strict'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {targetState} from '../../../src/disk/render-target.js'

describe('targetState', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-target-'))
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('is free where nothing is, or an empty folder', async () => {
    assert.equal(await targetState(join(folder, 'a/b')), 'free')
    assert.equal(await targetState(folder), 'free')
  })

  it('is ours by the first line of its compose.yaml', async () => {
    await writeFile(join(folder, 'compose.yaml'), '# Rendered by apim-lab from x\nname: apim\n')
    assert.equal(await targetState(folder), 'ours')
  })

  it("is foreign with somebody else's files", async () => {
    await writeFile(join(folder, 'compose.yaml'), 'name: shop\n')
    assert.equal(await targetState(folder), 'foreign')
    const other = join(folder, 'other')
    await mkdir(other)
    await writeFile(join(other, 'notes.txt'), '')
    assert.equal(await targetState(other), 'foreign')
  })

  it('is no folder where a file is', async () => {
    await writeFile(join(folder, 'file'), '')
    assert.equal(await targetState(join(folder, 'file')), 'no-folder')
    assert.equal(await targetState(join(folder, 'file/below')), 'no-folder')
  })
})
