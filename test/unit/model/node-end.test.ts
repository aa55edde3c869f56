import assert from 'node:assert/strict'
import {endText, memoryKey, signalOf} from '../../../src/model/node-end.js'

describe('the end of a node', () => {
  const end = (exitCode: number, outOfMemory = false, memoryMb = 192) => ({
    exitCode,
    signal: signalOf(exitCode),
    outOfMemory,
    memoryMb,
  })

  it('is told with its code, and the signal that it stands for', () => {
    assert.equal(endText(end(1), 'gateway'), 'exited with code 1')
    assert.equal(endText(end(143), 'gateway'), 'exited with code 143 (SIGTERM)')
    assert.equal(endText(end(255), 'gateway'), 'exited with code 255')
  })

  it('for want of memory is told with the limit, the setting and a value', () => {
    assert.equal(
      endText(end(137, true), 'gateway'),
      'exited with code 137 (SIGKILL), out of memory at its limit of 192 MB: raise components.gateway.memory in the lab file, to 384m say',
    )
    assert.equal(endText(end(137, true, 0), 'gateway'), 'exited with code 137 (SIGKILL), out of memory')
    assert.deepEqual(['mysql', 'load-balancer', 'publisher'].map(memoryKey), [
      'mysql.memory',
      'loadBalancer.memory',
      'components.publisher.memory',
    ])
  })
})
