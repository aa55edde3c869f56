import assert from 'node:assert/strict'
import {isExecutable, processStat} from '../../../src/disk/system-facts.js'

describe('what the system tells', () => {
  it('is the state and the group of a process', function () {
    if (process.platform !== 'linux') this.skip()
    const [state, parent] = processStat(process.pid) ?? []
    assert.match(state ?? '', /^[A-Z]$/)
    assert.equal(Number(parent), process.ppid)
    assert.equal(processStat('self')?.[1], parent)
  })

  it('is nothing of a process that is not there', () => assert.equal(processStat(2 ** 31 - 1), undefined))

  it('is whether a file can be run', () => {
    assert.equal(isExecutable('/bin/sh'), true)
    assert.equal(isExecutable('/etc/passwd'), false)
    assert.equal(isExecutable('/nowhere'), false)
  })
})
