import assert from 'node:assert/strict'
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pack, type Header} from 'tar-stream'
import {looksPacked, measured, packFile, sha256Of, unpack, type PackedFile} from '../../../src/disk/case-pack.js'
import {zstdPacked} from '../../../src/disk/zstd.js'
import {LabError} from '../../../src/errors.js'
import type {PackManifest} from '../../../src/model/cases/pack.js'

const signal = new AbortController().signal

const FILES: readonly PackedFile[] = [
  {path: 'case.yaml', content: Buffer.from('name: a\n')},
  {path: 'config/gateway.toml', content: Buffer.from('[a]\n')},
]

const manifestOf = (files: readonly PackedFile[], changes: Partial<PackManifest> = {}): PackManifest => ({
  format: 1,
  kind: 'case',
  version: '0.1.0',
  created: '2026-11-29T21:00:00.000Z',
  case: 'a',
  release: 'mini',
  images: {},
  files: files.map(({path, content}) => ({path, bytes: content.length, sha256: sha256Of(content)})),
  ...changes,
})

type Entry = readonly [head: Partial<Header> & {name: string}, content: string]

async function* tarOf(entries: readonly Entry[]): AsyncGenerator<Buffer> {
  const tar = pack()
  for (const [head, content] of entries) tar.entry(head, content)
  tar.finalize()
  yield* zstdPacked(tar as AsyncIterable<Buffer>)
}

describe('a packed case', () => {
  let folder: string
  let file: string
  const below = () => join(folder, 'packs')

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-pack-'))
    file = join(folder, 'a.case.tar.zst')
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const write = async (chunks: AsyncIterable<Uint8Array>) => {
    const all: Uint8Array[] = []
    for await (const chunk of chunks) all.push(chunk)
    await writeFile(file, Buffer.concat(all))
  }

  const entriesOf = (manifest: unknown, ...files: readonly Entry[]): readonly Entry[] => [
    [{name: 'manifest.json'}, JSON.stringify(manifest)],
    ...files,
  ]

  async function refused(entries: readonly Entry[], why: RegExp): Promise<void> {
    await write(tarOf(entries))
    await assert.rejects(unpack(file, below(), signal), (error: unknown) => {
      assert.ok(error instanceof LabError, String(error))
      assert.match(error.message, why)
      return true
    })
    assert.deepEqual(await readdir(below()), [], 'nothing is left')
  }

  it('comes out as it went in, in a folder that can be removed', async () => {
    await write(packFile(manifestOf(FILES), FILES))
    assert.equal(await looksPacked(file), true)
    const {folder: out, manifest, remove} = await unpack(file, below(), signal)
    assert.deepEqual(manifest, manifestOf(FILES))
    assert.equal(await readFile(join(out, 'config/gateway.toml'), 'utf8'), '[a]\n')
    await remove()
    assert.deepEqual(await readdir(below()), [])
  })

  it('is told from a case that is YAML', async () => {
    await writeFile(file, 'name: a\n')
    assert.equal(await looksPacked(file), false)
    await writeFile(file, '')
    assert.equal(await looksPacked(file), false)
  })

  it('can lead nowhere else', async () => {
    const evil = (path: string): PackedFile => ({path, content: Buffer.from('x')})
    for (const path of ['../evil', '/etc/evil', 'a/../../evil', 'a//b']) {
      const files = [evil(path)]
      await refused(entriesOf(manifestOf(files), [{name: `files/${path}`}, 'x']), /leaves its folder/)
    }
    const link: Entry = [{name: 'files/case.yaml', type: 'symlink', linkname: '/etc/passwd'}, '']
    await refused(entriesOf(manifestOf(FILES), link), /is a symlink/)
  })

  it('has no other files than its manifest says, and as it says', async () => {
    const good: Entry = [{name: 'files/case.yaml'}, 'name: a\n']
    const one = FILES.slice(0, 1)
    await refused(entriesOf(manifestOf(one), [{name: 'files/case.yaml'}, 'name: b\n']), /checksum/)
    await refused(
      entriesOf(manifestOf(one), [{name: 'files/case.yaml'}, 'name: longer\n']),
      /not what its manifest says/,
    )
    await refused(entriesOf(manifestOf(one), good, [{name: 'files/more'}, 'x']), /not what its manifest says/)
    await refused(entriesOf(manifestOf(FILES), good), /cut off/)
    await refused([good], /does not begin with a manifest/)
    await refused(entriesOf({format: 2}), /its manifest is not valid/)
    const [first] = manifestOf(one).files
    for (const path of [first!.path, `${first!.path}/below`])
      await refused(entriesOf({...manifestOf(one), files: [first, {...first, path}]}), /its manifest is not valid/)
    await refused(
      entriesOf({...manifestOf(one), files: [{...manifestOf(one).files[0], bytes: 1e12}]}),
      /its manifest is not valid/,
    )
  })

  it('may bring a snapshot and images, each as its checksum says', async () => {
    const [snapshot, images] = [join(folder, 'lab.tar.zst'), join(folder, 'images')]
    await writeFile(snapshot, 'a snapshot')
    await writeFile(images, 'images')
    const manifest = manifestOf(FILES, {
      snapshot: {
        path: 'lab.tar.zst',
        ...(await measured(snapshot)),
        lab: 'apim',
        release: 'mini',
        created: '2026-11-29T21:00:00.000Z',
      },
      archive: {...(await measured(images)), images: {'a:1': `sha256:${'0'.repeat(64)}`}},
    })
    await write(packFile(manifest, FILES, {snapshot, images}))
    const {folder: out, images: archive, remove} = await unpack(file, below(), signal)
    assert.equal(await readFile(join(out, 'lab.tar.zst'), 'utf8'), 'a snapshot')
    assert.equal(await readFile(archive!, 'utf8'), 'images')
    await remove()

    await writeFile(images, 'imagez')
    await assert.rejects(write(packFile(manifest, FILES, {snapshot, images})), /has changed while it was packed/)
    const files: Entry[] = FILES.map(({path, content}) => [{name: `files/${path}`}, String(content)])
    const rest: Entry = [{name: 'files/lab.tar.zst'}, 'a snapshot']
    await refused(
      entriesOf(manifest, ...files, rest, [{name: 'images.tar'}, 'imagez']),
      /images.tar is not what its checksum/,
    )
    await refused(entriesOf(manifest, ...files, rest), /cut off/)
  })

  it('that is cut off is an error, not half a case', async () => {
    await write(packFile(manifestOf(FILES), FILES))
    const whole = await readFile(file)
    await writeFile(file, whole.subarray(0, whole.length - 20))
    await assert.rejects(unpack(file, below(), signal), LabError)
    assert.deepEqual(await readdir(below()), [])
  })
})
