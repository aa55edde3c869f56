import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {buffer} from 'node:stream/consumers'
import {pack} from 'tar-stream'
import {sha256Of} from '../../../../src/disk/case-pack.js'
import type {FoundCase} from '../../../../src/lab/cases/load-case.js'
import {loadPackedImages} from '../../../../src/lab/cases/packed-images.js'
import type {LabContext} from '../../../../src/lab/context.js'
import {silentReporter} from '../../../../src/report/json.js'

const CONFIG = '{"os":"linux"}'
const DIGEST = `sha256:${sha256Of(Buffer.from(CONFIG))}`

describe('images of a pack', () => {
  let folder: string
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'apim-lab-images-'))))
  after(() => rm(folder, {recursive: true, force: true}))

  /** What the engine was asked to load. */
  async function loaded(
    said: Readonly<Record<string, string>>,
    {tags = ['a:1'], here = {}}: {tags?: readonly string[]; here?: Readonly<Record<string, string>>} = {},
  ): Promise<number> {
    const tar = pack()
    tar.entry({name: 'config.json'}, CONFIG)
    tar.entry({name: 'manifest.json'}, JSON.stringify([{Config: 'config.json', RepoTags: tags, Layers: []}]))
    tar.finalize()
    const images = join(folder, 'images.tar')
    await writeFile(images, await buffer(tar as AsyncIterable<Buffer>))
    let loads = 0
    const engine = {
      images: {
        ids: () => Promise.resolve(new Map(Object.entries(loads > 0 ? said : here))),
        load: () => Promise.resolve(void loads++),
      },
    }
    const context = {
      reporter: silentReporter,
      signal: new AbortController().signal,
      engine: () => Promise.resolve(engine),
    } as unknown as LabContext
    const found = {pack: {case: 'x', archive: {images: said}}, images} as unknown as FoundCase
    await loadPackedImages(found, context)
    return loads
  }

  it('are loaded where the engine does not have them', async () => {
    assert.equal(await loaded({'a:1': DIGEST}), 1)
    assert.equal(await loaded({'a:1': DIGEST}, {here: {'a:1': 'sha256:another'}}), 1)
    assert.equal(await loaded({'a:1': DIGEST}, {here: {'a:1': DIGEST}}), 0)
  })

  it('that are not those of its manifest reach no engine', async () => {
    const other = `sha256:${'0'.repeat(64)}`
    await assert.rejects(
      loaded({'a:1': other}),
      new RegExp(`a:1 is ${DIGEST}, and should be ${other}. Nothing was loaded`),
    )
    await assert.rejects(
      loaded({'a:1': DIGEST}, {tags: ['a:1', 'mysql:8.0']}),
      /mysql:8.0 is sha256:.*should be not there/,
    )
    await assert.rejects(loaded({'a:1': DIGEST, 'b:1': DIGEST}), /b:1 is not there/)
  })
})
