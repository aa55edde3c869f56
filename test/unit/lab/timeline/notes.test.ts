import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {LabFolder} from '../../../../src/disk/lab-folder.js'
import type {Engine} from '../../../../src/engine/engine.js'
import {noteTaker} from '../../../../src/lab/timeline/notes.js'
import {notedEvents} from '../../../../src/lab/timeline/sources.js'
import {nanosOf} from '../../../../src/model/instant.js'
import {Redactor} from '../../../../src/model/redactor.js'

const HOUR_MS = 3_600_000
const NANOS = 1_000_000n

describe('notes of what a command does', () => {
  let root: string
  before(async () => void (root = await mkdtemp(join(tmpdir(), 'apim-lab-notes-'))))
  after(() => rm(root, {recursive: true, force: true}))

  /** Its clock is an hour ahead. */
  const engine = {now: () => Promise.resolve(BigInt(Date.now() + HOUR_MS) * NANOS)} as Partial<Engine> as Engine

  it("are events on the engine's clock, in a line, without secrets", async () => {
    const folder = new LabFolder(root)
    const redactor = new Redactor()
    redactor.add('s3cret-token')
    const atMs = Date.now()
    const note = await noteTaker({engine, folder}, redactor)
    await note(
      {kind: 'step', atMs, endMs: atMs + 5, text: 'call\nwith s3cret-token', level: 'error'},
      {kind: 'call', atMs, node: 'gateway-1', text: 'x', id: '1'},
    )
    const [step, call] = notedEvents(await folder.events.read())
    assert.deepEqual([step?.lane, step?.text, step?.level], ['lab', 'call with ***', 'error'])
    assert.deepEqual([call?.lane, call?.id], ['gateway-1', '1'])
    assert.equal(nanosOf(step!.until!)! - nanosOf(step!.at)!, 5n * NANOS)
    const aheadMs = Number(nanosOf(step!.at)! / NANOS) - atMs
    assert.ok(Math.abs(aheadMs - HOUR_MS) < 1000, String(aheadMs))
  })

  it('are lost where the lab has no folder', async () => {
    const folder = new LabFolder(join(root, 'gone'))
    const note = await noteTaker({engine, folder}, new Redactor())
    await note({kind: 'step', atMs: 0, text: 'x'})
    assert.equal(await folder.exists(), false)
  })
})
