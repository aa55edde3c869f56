import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {buffer} from 'node:stream/consumers'
import {pack, type Header} from 'tar-stream'
import {readSnapshotFile} from '../../../src/disk/read-snapshot-file.js'
import {snapshotFile} from '../../../src/disk/write-snapshot-file.js'
import {zstdPacked, zstdUnpacked} from '../../../src/disk/zstd.js'
import type {SnapshotManifest} from '../../../src/model/snapshot.js'

const SIGNAL = new AbortController().signal
const MANIFEST: SnapshotManifest = {
  format: 1,
  id: '0123456789ab',
  name: 'one',
  lab: 'apim',
  release: 'mini',
  created: '2026-11-29T10:00:00.000Z',
  nodes: [],
  volumes: [{key: 'mysql', bytes: 10, files: 1}],
}

async function* one(bytes: Uint8Array) {
  yield bytes
}

type Entry = readonly [name: string, content: string, more?: Partial<Header>]

const tarOf = async (entries: readonly Entry[]) => {
  const tar = pack()
  for (const [name, content, more] of entries) tar.entry({name, mode: 0o600, ...more}, content)
  tar.finalize()
  return buffer(tar as AsyncIterable<Buffer>)
}

describe('a snapshot as a file', () => {
  let folder: string
  let file: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-file-'))
    file = join(folder, 'x.tar.zst')
    await mkdir(join(folder, 'snapshot/lab'), {recursive: true})
    await writeFile(join(folder, 'snapshot/lab/settings.json'), '{}')
    await writeFile(join(folder, 'snapshot/manifest.json'), 'not of the file')
  })
  after(() => rm(folder, {recursive: true, force: true}))

  const volume = () => tarOf([['mysql/rows', '0123456789', {uid: 999, gid: 999}]])
  const made = async () =>
    buffer(snapshotFile({manifest: MANIFEST, folder: join(folder, 'snapshot'), volume: () => one2()}))
  async function* one2() {
    yield await volume()
  }

  /** What is in it, as a text; throws what an import would. */
  async function read(bytes: Uint8Array): Promise<readonly string[]> {
    await writeFile(file, bytes)
    const found: string[] = []
    await readSnapshotFile(
      file,
      {
        begin: async ({name}) => void found.push(name),
        file: async (path, content) => void found.push(`${path}: ${content}`),
        volume: async key => ({
          entry: async ({name, uid}, content) => void found.push(`${key}/${name} of ${uid}: ${await buffer(content)}`),
          end: async () => void found.push(`end of ${key}`),
        }),
      },
      SIGNAL,
    )
    return found
  }

  const packed = (entries: readonly Entry[]) => tarOf(entries).then(tar => buffer(zstdPacked(one(tar))))
  const refuses = async (bytes: Uint8Array, message: RegExp) =>
    assert.rejects(read(bytes), {code: 'snapshot-invalid', message})

  it('is read as it was written', async () => {
    assert.deepEqual(await read(await made()), [
      'one',
      'lab/settings.json: {}',
      'mysql/rows of 999: 0123456789',
      'end of mysql',
    ])
  })

  it('is refused where a byte is another, or it is cut off anywhere', async () => {
    const bytes = await made()
    for (const at of [0, 5, 20, bytes.length - 1]) {
      const other = Buffer.from(bytes)
      other[at]! ^= 0xff
      await assert.rejects(read(other), {code: 'snapshot-invalid'}, `byte ${at}`)
    }
    for (const length of [0, 3, 30, bytes.length - 1]) await refuses(bytes.subarray(0, length), /./)
    await refuses(Buffer.from('not packed at all'), /not a file of snapshot export/)
  })

  const HEAD: Entry = ['manifest.json', JSON.stringify(MANIFEST)]
  const sums = (rows: string): Entry => ['checksums.json', JSON.stringify({'volumes/mysql': rows, files: rows})]

  it('is refused for what leaves its folder, links, devices, and what no snapshot has', async () => {
    const bad: readonly (readonly [Entry, RegExp])[] = [
      [['files/../../outside', 'x'], /leaves its folder/],
      [['/etc/passwd', 'x'], /leaves its folder/],
      [['volumes/mysql/../../x', 'x'], /leaves its folder/],
      [['volumes/mysql/link', '', {type: 'symlink', linkname: '/etc'}], /is a symlink/],
      [['volumes/mysql/hard', '', {type: 'link', linkname: 'rows'}], /is a link/],
      [['volumes/mysql/pipe', '', {type: 'fifo'}], /is a fifo/],
      [['volumes/other/rows', 'x'], /not in its manifest/],
      [['other', 'x'], /not part of a snapshot/],
      [['volumes/mysql/rows', '0123456789+'], /larger than its manifest says/],
    ]
    for (const [entry, message] of bad) await refuses(await packed([HEAD, entry, sums('0')]), message)
    await refuses(await packed([['files/x', 'x']]), /does not begin with a manifest/)
    await refuses(await packed([['manifest.json', '{"format":2}']]), /its manifest is not valid/)
  })

  it('is refused where a part is not what its checksum says, or has none', async () => {
    const rows: Entry = ['volumes/mysql/rows', '0123456789']
    await refuses(await packed([HEAD, ['files/a', 'x'], rows, sums('0'.repeat(64))]), /is not what its checksum says/)
    await refuses(
      await packed([HEAD, ['files/a', 'x'], rows, ['checksums.json', '{}']]),
      /is not what its checksum says/,
    )
    await refuses(await packed([HEAD, ['files/a', 'x'], rows]), /cut off/)
  })

  it('says how much each frame holds, and one that says too much is not unpacked', async () => {
    const content = Buffer.alloc(5_000_000, 'abc')
    const bytes = await buffer(zstdPacked(one(content)))
    assert.ok(bytes.length < 10_000)
    const sum = (it: Buffer) => createHash('sha256').update(it).digest('hex')
    assert.equal(sum(await buffer(zstdUnpacked(one(bytes), 'x'))), sum(content))
    // The content size stands after magic and descriptor.
    bytes.writeUInt32LE(2 ** 31, 5)
    await assert.rejects(buffer(zstdUnpacked(one(bytes), 'x')), {code: 'snapshot-invalid'})
  })
})
