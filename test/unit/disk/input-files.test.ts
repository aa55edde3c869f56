import assert from 'node:assert/strict'
import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {readInput, readMore} from '../../../src/disk/input-files.js'
import {LabError} from '../../../src/errors.js'

describe('files that are handed in', () => {
  let folder: string
  const rules = {isWanted: (path: string) => path.endsWith('.toml'), skipped: ''}
  const refused = (message: RegExp) => (error: unknown) => error instanceof LabError && message.test(error.message)

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-input-'))
    await mkdir(join(folder, 'in/deep'), {recursive: true})
    await mkdir(join(folder, 'out'))
    await writeFile(join(folder, 'out/secret.toml'), 'x = 1')
    await writeFile(join(folder, 'in/deep/a.toml'), 'a = 1')
    await writeFile(join(folder, 'in/b.txt'), 'no')
  })

  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('are those that are wanted, by their paths in the folder', async () => {
    const {files} = await readInput(join(folder, 'in'), rules)
    assert.deepEqual(files, [{path: 'deep/a.toml', text: 'a = 1'}])
  })

  it('are read through links inside of the folder, each folder once', async () => {
    await symlink('deep', join(folder, 'in/again'))
    await symlink('..', join(folder, 'in/deep/up'))
    const {files} = await readInput(join(folder, 'in'), rules)
    assert.equal(files.length, 1)
  })

  for (const [what, target] of [
    ['file', '../out/secret.toml'],
    ['folder', '../out'],
  ] as const)
    it(`are refused where a link leads out of it, to a ${what}`, async () => {
      await symlink(target, join(folder, 'in/link.toml'))
      await assert.rejects(readInput(join(folder, 'in'), rules), refused(/leads out of/))
      await assert.rejects(readMore(join(folder, 'in'), ['link.toml'], rules), refused(/leads out of/))
    })

  it('are refused where a path leads out, or where one is too large or there are too many', async () => {
    await assert.rejects(readMore(join(folder, 'in'), ['../out/secret.toml'], rules), refused(/leads out of/))
    await writeFile(join(folder, 'in/large.toml'), ' '.repeat(1024 * 1024 + 1))
    await assert.rejects(readInput(join(folder, 'in'), rules), refused(/larger than 1 MB/))
    await rm(join(folder, 'in/large.toml'))
    await Promise.all(Array.from({length: 1001}, (_, i) => writeFile(join(folder, `in/${i}.toml`), '')))
    await assert.rejects(readInput(join(folder, 'in'), rules), refused(/more than 1000 files/))
  })

  it('are not those of the folder that is skipped', async () => {
    const {files} = await readInput(join(folder, 'in'), {...rules, skipped: join(folder, 'in/deep')})
    assert.deepEqual(files, [])
  })
})
