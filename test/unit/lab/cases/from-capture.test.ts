import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {buffer} from 'node:stream/consumers'
import {Readable} from 'node:stream'
import {zipped} from '../../../../src/disk/zip-file.js'
import {fromCapture} from '../../../../src/lab/cases/from-capture.js'

const SETTINGS = {
  release: 'mini',
  analytics: false,
  components: {
    gateway: {
      overlay: {path: 'gateway.toml'},
      patches: {'p.jar': {path: 'p.jar', source: '/x', sha256: 'a'.repeat(64)}},
    },
  },
}

const LINK = 'gateway-1->traffic-manager-1:5672'
const FAULTS = {
  faults: [
    {what: 'delay 300 ms', node: 'gateway-1', links: [LINK], said: {delay: '300', direction: 'to'}},
    {what: 'something of later', node: 'gateway-1', links: [], said: {melt: true}},
  ],
}

describe('a case of a capture', () => {
  let folder: string
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'apim-lab-capture-'))))
  after(() => rm(folder, {recursive: true, force: true}))

  async function made(files: Readonly<Record<string, unknown>>) {
    const texts = Object.entries(files).map(([path, content]) => ({
      path: `capture-apim/${path}`,
      content: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    }))
    await writeFile(join(folder, 'c.zip'), await buffer(Readable.from(zipped(texts, new Date()))))
    return fromCapture('c.zip', folder)
  }

  it('has its settings, overlays and faults; what it lacks is told', async () => {
    const {settings, faults, notes} = await made({
      'capture.json': {lab: 'apim', release: 'mini'},
      'lab/settings.json': SETTINGS,
      'lab/gateway.toml': '[apim.key_manager]\npassword = "***"\n',
      'faults.json': FAULTS,
    })
    const overlay = {path: 'gateway.toml', content: '[apim.key_manager]\npassword = "***"\n'}
    assert.deepEqual(settings, {release: 'mini', analytics: false, components: {gateway: {overlay, patches: {}}}})
    assert.deepEqual(faults, [{fault: {on: LINK, delay: '300', direction: 'to'}}])
    assert.match(notes.join('\n'), /lab apim[^]*does not have: p.jar[^]*\*\*\* stands[^]*something of later/)
  })

  it('is refused where it is none', async () => {
    await assert.rejects(made({'index.html': ''}), /not a file of apim-lab capture: it has no capture.json/)
    await assert.rejects(
      made({'capture.json': {lab: 'apim', release: 'mini'}, 'lab/settings.json': {analytics: 'maybe'}}),
      /settings.json in it is not that of a lab/,
    )
    await writeFile(join(folder, 'text.zip'), 'no zip')
    await assert.rejects(fromCapture('text.zip', folder), /not a file of apim-lab capture/)
    await assert.rejects(fromCapture('gone.zip', folder), /it is not there/)
  })
})
