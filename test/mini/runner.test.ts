import assert from 'node:assert/strict'
import {makeRunner, type Runner} from '../../src/mini/components/publisher/runner.js'
import type {KeptLink} from '../../src/mini/links/keep-link.js'
import {until} from './support/until.js'

describe('mini: work at the far end of a link', () => {
  const runners: Runner[] = []
  afterEach(() => {
    for (const it of runners.splice(0)) it.close()
  })

  /** A link that is up; `connect` is a connection more. */
  const makeLink = () => {
    const listeners: (() => void)[] = []
    const link: Pick<KeptLink, 'status' | 'onConnection'> = {
      status: () => ({state: 'connected', detail: '', since: new Date(), everConnected: true}),
      onConnection: listener => void listeners.push(listener),
    }
    return {link, connect: () => listeners.forEach(it => it())}
  }
  const start = (work: () => Promise<void>, lookEvery?: number) => {
    const {link, connect} = makeLink()
    const failures: unknown[] = []
    const runner = makeRunner(link, work, error => failures.push(error), lookEvery)
    runners.push(runner)
    return {runner, connect, failures}
  }

  it('is done after each connection, and not without one', async () => {
    let runs = 0
    const {connect} = start(async () => void runs++)
    connect()
    await until('a run', () => runs === 1)
    connect()
    await until('another run', () => runs === 2)
  })

  it('is done once more for a connection that was made while it ran', async () => {
    let runs = 0
    let finish = () => {}
    const {runner, connect} = start(() => {
      runs++
      return new Promise<void>(resolve => (finish = resolve))
    })
    void runner.run()
    assert.equal(runs, 1)
    connect()
    finish()
    await until('the run for the new connection', () => runs === 2)
    finish()
  })

  it('is tried again until it succeeds; the first failure is told', async () => {
    let runs = 0
    const {runner, failures} = start(async () => {
      runs++
      if (runs < 3) throw new Error('away')
    })
    await runner.run()
    await until('a run that succeeds', () => runs === 3)
    assert.equal(failures.length, 1)
  })

  it('is done now and then where that is asked for', async () => {
    let runs = 0
    const {runner} = start(async () => void runs++, 20)
    await runner.run()
    await until('five runs', () => runs >= 5)
  })
})
