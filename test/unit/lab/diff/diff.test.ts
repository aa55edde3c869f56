import assert from 'node:assert/strict'
import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DataDirectory} from '../../../../src/disk/data-directory.js'
import {LabError} from '../../../../src/errors.js'
import type {LabContext} from '../../../../src/lab/context.js'
import {diffOf} from '../../../../src/lab/diff/diff.js'
import {keptJson} from '../../../../src/model/kept-settings.js'
import {allReleases} from '../../../../src/model/releases/index.js'
import {DEFAULTS, type LabSettings} from '../../../../src/model/settings.js'
import type {SnapshotManifest} from '../../../../src/model/snapshot.js'

const SECRETS = {databaseRoot: 'r'.repeat(20), accounts: {}, probeAccount: 'p'.repeat(20), adminAccount: 'a'.repeat(20)}

describe('what is compared', () => {
  let path: string
  let context: LabContext

  before(async () => {
    path = await mkdtemp(join(tmpdir(), 'apim-lab-diff-'))
    const data = new DataDirectory(join(path, 'data'))
    context = {
      data,
      releases: allReleases('0.0.0'),
      templates: 'templates',
      engine: () => Promise.reject(new LabError('engine-unreachable', 'No engine answers.')),
    } as unknown as LabContext
    await keep('one', {components: {gateway: {replicas: 2}}})
    const nodes = {
      'gateway-2': {overlay: {path: 'two.toml', content: '[apim.cache.gateway_token]\nexpiry_time = 1\n'}},
    }
    await keep('two', {components: {gateway: {replicas: 2}}, nodes, portOffset: 1000})
    await snapshot('one', 'before')
  })
  after(() => rm(path, {recursive: true}))

  async function keep(lab: string, settings: Partial<LabSettings>) {
    const folder = context.data.lab(lab)
    await folder.ensure()
    await folder.writePrivate('settings', keptJson({...DEFAULTS, lab, release: 'mini', ...settings}))
    await folder.writePrivate('secrets', JSON.stringify(SECRETS))
  }

  async function snapshot(lab: string, name: string) {
    const manifest: SnapshotManifest = {
      format: 1,
      id: '0123456789ab',
      name,
      lab,
      release: 'mini',
      created: '2026-11-29T12:00:00.000Z',
      nodes: [],
      volumes: [],
    }
    const folder = await context.data.snapshots(lab).draft(name)
    await cp(context.data.lab(lab).path, folder.lab, {recursive: true})
    await folder.writeManifest(JSON.stringify(manifest))
    await folder.keep()
  }

  const compare = (a: string, b: string) => diffOf({a, b, lab: 'one', workingDirectory: path}, context)
  const keysOf = async (a: string, b: string) =>
    (await compare(a, b)).keys.map(({key, nodes}) => `${nodes.join()} ${key}`)

  it('a lab and itself are the same, and so are a lab and the snapshot of it', async () => {
    assert.equal((await compare('one', 'one')).same, true)
    assert.equal((await compare('one', 'snapshot:before')).same, true)
    assert.equal((await compare('snapshot:one/before', 'snapshot:before')).same, true)
  })

  it('two labs differ in what was set, not in what follows from their names and ports', async () => {
    const found = await compare('one', 'two')
    assert.deepEqual(
      found.keys.map(({key, a, b, nodes}) => [key, a, b, nodes]),
      [['apim.cache.gateway_token.expiry_time', 15, 1, ['gateway-2']]],
    )
    assert.ok(found.settings.some(({key, a, b}) => key === 'portOffset' && a === 0 && b === 1000))
    assert.deepEqual([found.links, found.images, found.environment], [{onlyA: [], onlyB: []}, [], []])
    assert.match(found.notes.join(), /engine does not answer/)
  })

  it('a node is compared with another one, or with itself elsewhere', async () => {
    assert.equal((await compare('gateway-1', 'gateway-2')).same, true)
    assert.deepEqual(await keysOf('gateway-2', 'two'), ['gateway-2 apim.cache.gateway_token.expiry_time'])
    assert.deepEqual((await compare('snapshot:before', 'gateway-2')).nodes, {onlyA: [], onlyB: []})
  })

  it('files are compared as the product reads them: order, layout and references are no difference', async () => {
    const a =
      '[server]\nserver_role = "gateway-worker"\nhostname = "gw"\n[apim.x]\nb = true\na = "$ref{server.hostname}"\n'
    const b = '# a note\n[apim.x]\na = "gw"\nb = true\n[server]\nhostname = "gw"\nserver_role = "gateway-worker"\n'
    for (const [name, text] of Object.entries({a, b})) {
      await mkdir(join(path, name))
      await writeFile(join(path, name, 'deployment.toml'), text)
    }
    assert.equal((await compare('./a', './b')).same, true)
    await writeFile(join(path, 'b', 'deployment.toml'), b.replace('true', 'false'))
    assert.deepEqual(await keysOf('./a', './b'), ['gateway-1 apim.x.b'])
    assert.deepEqual(await keysOf('a/deployment.toml', 'b'), ['gateway-1 apim.x.b'])
  })

  it('what is none of these is told with what there is', async () => {
    await assert.rejects(compare('gatway-1', 'one'), (error: LabError) => {
      assert.equal(error.code, 'usage-invalid')
      assert.match(error.message, /did you mean gateway-1/)
      assert.match(error.evidence.join('\n'), /labs: one, two\n.*snapshot:before\n.*release:3\.2\.0/s)
      return true
    })
    await assert.rejects(compare('snapshot:befor', 'one'), {code: 'snapshot-unknown'})
    await assert.rejects(compare('release:9', 'one'), {code: 'release-unknown'})
    await writeFile(join(path, 'broken.toml'), '[server]\nhostname = "x\n')
    await assert.rejects(compare('./broken.toml', 'one'), {code: 'file-unusable'})
  })
})
