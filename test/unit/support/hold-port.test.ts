import assert from 'node:assert/strict'
import type {AddressInfo} from 'node:net'
import {execa} from 'execa'
import {holdPort, waitForPort} from '../../support/hold-port.js'

/** A port that was free a moment ago. */
async function somePort() {
  const server = await holdPort(0)
  const {port} = server!.address() as AddressInfo
  server!.close()
  return port
}

describe('a port as a lock between test runs', () => {
  it('is had by one at a time', async () => {
    const port = await somePort()
    const holder = await holdPort(port)
    assert.ok(holder)
    assert.equal(await holdPort(port), undefined)
    holder.close()
    const next = await holdPort(port)
    assert.ok(next)
    next.close()
  })

  it('is waited for until its holder ends, however that ends', async () => {
    const port = await somePort()
    const holder = execa(
      'node',
      ['-e', `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('held'))`],
      {reject: false},
    )
    await new Promise(resolve => holder.stdout.once('data', resolve))
    let waits = 0
    const server = await waitForPort(port, () => {
      waits++
      holder.kill('SIGKILL')
    })
    assert.equal(waits, 1)
    server.close()
  })
})
