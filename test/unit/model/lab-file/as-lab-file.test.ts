import assert from 'node:assert/strict'
import {asLabFile} from '../../../../src/model/lab-file/as-lab-file.js'
import {labFileOf} from '../../../../src/model/lab-file/lab-file.js'
import {settings} from '../../../support/lab.js'

describe('what a lab file would say', () => {
  it('is what is not the default, with the texts of overlays', () => {
    const overlay = {path: 'gateway.toml', content: '[a]\nb = 1\n'}
    const {lab, files} = asLabFile(
      settings({
        analytics: false,
        components: {gateway: {replicas: 2, overlay, memoryMb: 900}},
        nodes: {'gateway-2': {remove: ['x.y']}},
      }),
    )
    assert.deepEqual(lab, {
      release: 'mini',
      analytics: false,
      components: {gateway: {replicas: 2, memory: 900, overlay: 'gateway.toml'}},
      nodes: {'gateway-2': {remove: ['x.y']}},
    })
    assert.deepEqual(files, {'gateway.toml': overlay.content})
    assert.deepEqual(labFileOf(lab).components, {gateway: {replicas: 2, memoryMb: 900}})
  })
})
