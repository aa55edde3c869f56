import assert from 'node:assert/strict'
import {mkdtemp, readdir, rm, stat, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {writeIfChanged, writeWhole} from '../../../src/disk/files.js'
import {LabFolder} from '../../../src/disk/lab-folder.js'

describe('files of a lab', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-files-'))
  })
  afterEach(() => rm(folder, {recursive: true}))

  it('are open to containers or private, whatever the umask', async () => {
    const old = process.umask(0o077)
    try {
      await writeWhole(join(folder, 'open'), 'x', 'containers')
      await writeWhole(join(folder, 'closed'), 'x', 'private')
    } finally {
      process.umask(old)
    }
    assert.equal((await stat(join(folder, 'open'))).mode & 0o777, 0o644)
    assert.equal((await stat(join(folder, 'closed'))).mode & 0o777, 0o600)
  })

  it('are left alone when nothing differs', async () => {
    const file = join(folder, 'same')
    await writeIfChanged(file, 'x', 'containers')
    await utimes(file, 1, 1)
    assert.equal(await writeIfChanged(file, 'x', 'containers'), false)
    assert.equal((await stat(file)).mtimeMs, 1000)
    assert.equal(await writeIfChanged(file, 'y', 'containers'), true)
    assert.deepEqual(await readdir(folder), ['same'])
  })

  it('of nodes that are gone go too, and are told of', async () => {
    const lab = new LabFolder(folder)
    await lab.writeRendered([
      {path: 'compose.yaml', content: 'x'},
      {path: 'config/gateway-2/a', content: 'x'},
    ])
    await writeFile(join(folder, 'secrets.json'), '{}')
    assert.deepEqual(await lab.writeRendered([{path: 'compose.yaml', content: 'x'}]), ['config/gateway-2/a'])
    assert.deepEqual((await readdir(folder)).toSorted(), ['compose.yaml', 'config', 'secrets.json'])
  })
})
