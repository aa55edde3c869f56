import assert from 'node:assert/strict'
import {changedSettings} from '../../../../src/model/cases/change-config.js'

const overlayOf = (settings: ReturnType<typeof changedSettings>, group: 'components' | 'nodes', name: string) =>
  settings[group]?.[name]?.overlay?.content

describe('a changed configuration', () => {
  it('is an overlay of the component or the node', () => {
    const changed = changedSettings({}, 'nodes', 'gateway-2', {
      set: {'apim.cache.x.enable': false, 'a.n': 3},
      remove: ['b.c'],
    })
    assert.equal(overlayOf(changed, 'nodes', 'gateway-2'), '[apim.cache.x]\nenable = false\n\n[a]\nn = 3\n')
    assert.deepEqual(changed.nodes?.['gateway-2']?.remove, ['b.c'])
  })

  it('goes over the overlay that is there, and over the change of before', () => {
    const first = changedSettings(
      {components: {gateway: {overlay: {path: 'own.toml', content: '[a]\nx = "1"\ny = "2"\n'}, replicas: 2}}},
      'components',
      'gateway',
      {set: {'a.x': 'one'}, remove: []},
    )
    const second = changedSettings(first, 'components', 'gateway', {set: {'a.list': [{k: 1}]}, remove: []})
    assert.equal(second.components?.['gateway']?.replicas, 2)
    assert.equal(overlayOf(second, 'components', 'gateway'), '[a]\nx = "one"\ny = "2"\n\n[[a.list]]\nk = 1\n')
  })
})
