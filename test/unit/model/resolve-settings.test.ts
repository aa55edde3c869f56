import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import {parseScale, resolveSettings} from '../../../src/model/resolve-settings.js'
import type {SettingLayers} from '../../../src/model/resolve-settings.js'
import {DEFAULTS} from '../../../src/model/settings.js'

const resolve = (layers: Partial<SettingLayers> = {}) =>
  resolveSettings({release: 'mini', flags: {}, labFile: {}, kept: {}, ...layers})

describe('settings', () => {
  it('are the defaults when nobody says anything', () => {
    const {settings, kept, sources} = resolve()
    assert.deepEqual(settings, {lab: 'apim', release: 'mini', ...DEFAULTS})
    assert.deepEqual(kept, [])
    assert.deepEqual(new Set(Object.values(sources)), new Set(['default']))
  })

  const layers = {
    flags: {portOffset: 1},
    labFile: {portOffset: 2},
    kept: {portOffset: 3},
    defaults: {...DEFAULTS, portOffset: 4},
  }
  const order: readonly (readonly [wins: string, layers: Partial<SettingLayers>, value: number])[] = [
    ['flag', layers, 1],
    ['lab file', {...layers, flags: {}}, 2],
    ['kept', {...layers, flags: {}, labFile: {}}, 3],
    ['default', {defaults: layers.defaults}, 4],
  ]
  for (const [wins, given, value] of order) {
    it(`come from: ${wins}`, () => {
      const {settings, sources} = resolve(given)
      assert.equal(settings.portOffset, value)
      assert.equal(sources['portOffset'], wins)
    })
  }

  it('take false, 0 and auto for answers', () => {
    const {settings} = resolve({
      flags: {analytics: false, portOffset: 0},
      labFile: {gatewaySharedDb: 'auto'},
      kept: {analytics: true, portOffset: 9, gatewaySharedDb: true},
    })
    assert.equal(settings.analytics, false)
    assert.equal(settings.portOffset, 0)
    assert.equal(settings.gatewaySharedDb, 'auto')
  })

  it('take the name of the lab from the flag, then the lab file', () => {
    assert.equal(resolve({flags: {lab: 'a'}, labFile: {lab: 'b'}}).settings.lab, 'a')
    assert.equal(resolve({labFile: {lab: 'b'}}).settings.lab, 'b')
    assert.equal(resolve({labFile: {lab: 'b'}}).sources['lab'], 'lab file')
  })

  it('refuse a name that is none', () => {
    for (const lab of ['../x', 'a b', '$(id)']) {
      assert.throws(
        () => resolve({flags: {lab}}),
        (error: unknown) => error instanceof LabError && error.code === 'name-invalid',
      )
    }
  })

  it('merge components setting by setting', () => {
    const {settings, sources} = resolve({
      flags: {scale: {gateway: 3}},
      labFile: {components: {gateway: {replicas: 2, memoryMb: 300, environment: {A: '1'}}}},
      kept: {components: {gateway: {image: 'mine:1', environment: {B: '2'}}, publisher: {replicas: 0}}},
    })
    assert.deepEqual(settings.components, {
      gateway: {replicas: 3, memoryMb: 300, environment: {A: '1'}, image: 'mine:1'},
      publisher: {replicas: 0},
    })
    assert.equal(sources['components.gateway.replicas'], 'flag')
    assert.equal(sources['components.gateway.memoryMb'], 'lab file')
    assert.equal(sources['components.gateway.image'], 'kept')
  })

  it('say what was kept, how to forget it, and no secret', () => {
    const {kept} = resolve({
      labFile: {multiTenancy: true},
      kept: {
        ...DEFAULTS,
        portOffset: 100,
        multiTenancy: true,
        components: {
          gateway: {replicas: 2, environment: {TOKEN: 'secret', A: '1'}, overlay: {path: 'g.toml', content: 'x = 1'}},
        },
      },
    })
    assert.deepEqual(kept, [
      'portOffset 100 (kept; --reset forgets it)',
      'components.gateway.replicas 2 (kept; --reset forgets it)',
      'components.gateway.environment TOKEN, A (kept; --reset forgets it)',
      'components.gateway.overlay g.toml (kept; --reset forgets it)',
    ])
  })

  it('are not misled by names of object members', () => {
    const {settings} = resolve({kept: {components: Object.fromEntries([['constructor', {replicas: 1}]])}})
    assert.deepEqual(Object.entries(settings.components), [['constructor', {replicas: 1}]])
    assert.deepEqual(resolve({flags: {scale: {toString: 1}}}).settings.components, {toString: {replicas: 1}})
  })
})

describe('--scale', () => {
  it('says how many nodes a component has', () => {
    assert.deepEqual(parseScale([]), {})
    assert.deepEqual(parseScale(['gateway=2', 'analytics-worker=0']), {gateway: 2, 'analytics-worker': 0})
    assert.deepEqual(parseScale(['gateway=500']), {gateway: 500})
  })

  const wrong = [
    ...[
      'gateway',
      'gateway=',
      '=2',
      '',
      'gateway=-1',
      'gateway=x',
      'gateway=2.5',
      'gateway=1e3',
      'gateway= 2',
      'gateway=2\n',
    ],
    ...['gateway==2', 'gateway=9999999', '__proto__=2', '../x=2', 'a b=2', '$(id)=2', 'gateway=$(id)', 'gateway=٢'],
  ]
  for (const value of wrong) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => parseScale([value]),
        (error: unknown) => {
          assert.ok(error instanceof LabError)
          assert.equal(error.code, 'usage-invalid')
          assert.ok(error.message.includes(JSON.stringify(value)), error.message)
          return true
        },
      )
    })
  }

  it('refuses a component twice', () => {
    assert.throws(() => parseScale(['gateway=1', 'gateway=2']), /gateway is scaled twice/)
  })
})
