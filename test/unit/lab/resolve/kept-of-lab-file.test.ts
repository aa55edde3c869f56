import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {LabFolder} from '../../../../src/disk/lab-folder.js'
import {keepSettings, keptSettings} from '../../../../src/lab/resolve/load-settings.js'
import {resolveSettings} from '../../../../src/model/resolve-settings.js'

describe('what a lab keeps of a lab file', () => {
  let path: string
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'apim-lab-kept-'))
  })
  afterEach(() => rm(path, {recursive: true}))

  const labFile = {multiTenancy: true, components: {gateway: {replicas: 2, overlay: {path: 'a.toml', content: ''}}}}

  /** One `up` after the other: what is asked for now, over what is kept. */
  async function run(flags: {scale?: Record<string, number>}, file: typeof labFile | object | undefined) {
    const folder = new LabFolder(path)
    const kept = await keptSettings(folder, file !== undefined)
    const {settings, sources} = resolveSettings({release: 'mini', flags, labFile: file ?? {}, kept})
    await keepSettings(folder, settings, sources)
    return settings
  }

  it('stays while no lab file is found', async () => {
    await run({}, labFile)
    assert.equal((await run({}, undefined)).multiTenancy, true)
    assert.ok((await run({}, undefined)).components['gateway']?.overlay)
  })

  it('goes with the line that was taken out of the lab file, also after a run without one', async () => {
    await run({scale: {publisher: 2}}, labFile)
    await run({}, undefined)
    const settings = await run({}, {})
    assert.equal(settings.multiTenancy, false)
    assert.equal(settings.components['gateway']?.overlay, undefined)
    // A flag's setting is the lab's own.
    assert.equal(settings.components['publisher']?.replicas, 2)
  })
})
