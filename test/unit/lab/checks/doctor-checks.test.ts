import assert from 'node:assert/strict'
import {LabError} from '../../../../src/errors.js'
import * as check from '../../../../src/lab/checks/doctor-checks.js'
import {buildTopology} from '../../../../src/model/build-topology.js'
import {findRelease, allReleases} from '../../../../src/model/releases/index.js'
import {DEFAULTS} from '../../../../src/model/settings.js'

const GIGABYTE = 1024 ** 3
const topology = (release: string) =>
  buildTopology({...DEFAULTS, lab: 'apim', release}, findRelease(release, allReleases('1')))

const state = ({state: found}: check.Check) => found

describe('checks of the doctor', () => {
  it('count processors by release', () => {
    assert.equal(state(check.checkCpus({cpus: 2}, true)), 'passed')
    assert.equal(state(check.checkCpus({cpus: 2}, false)), 'warned')
    assert.equal(state(check.checkCpus({cpus: 8}, false)), 'passed')
  })

  it('compare memory with what the nodes may use', () => {
    assert.equal(state(check.memoryCheck(topology('mini'), {memoryBytes: 8 * GIGABYTE})), 'passed')
    const short = check.memoryCheck(topology('3.2.0'), {memoryBytes: 4 * GIGABYTE})
    assert.equal(short.state, 'failed')
    assert.match(short.detail, /the engine has 4096 MB/)
    assert.ok(short.next.includes('apim-lab up --release mini'))
  })

  it('tell that limits do not hold on an engine without control groups', () => {
    assert.deepEqual(check.limitsCheck({limits: true, rootless: true}), [])
    const [found] = check.limitsCheck({limits: false, rootless: true})
    assert.equal(found?.state, 'warned')
    assert.match(found?.detail ?? '', /no control groups/)
  })

  it('want more room where images are still to come', () => {
    const disk = (free: number, builtIn: boolean, imagesMissing: boolean) =>
      state(check.diskCheck({freeBytes: free * GIGABYTE, folder: '/d', builtIn, imagesMissing}))
    assert.equal(disk(2, false, false), 'passed')
    assert.equal(disk(2, false, true), 'warned')
    assert.equal(disk(2, true, true), 'passed')
    assert.equal(disk(0.1, true, false), 'failed')
  })

  it('know which machines run which images', () => {
    assert.equal(state(check.architectureCheck(topology('3.2.0'), {architecture: 'x86_64'})), 'passed')
    assert.equal(state(check.architectureCheck(topology('mini'), {architecture: 'aarch64'})), 'passed')
    const emulated = check.architectureCheck(topology('3.2.0'), {architecture: 'aarch64'})
    assert.equal(emulated.state, 'warned')
    assert.match(emulated.detail, /^arm64; wso2\/wso2am:3\.2\.0 is there for linux\/amd64 only/)
  })

  it('fail for images only where nobody has them', () => {
    const of = (...sources: check.ImageOrigin[]) =>
      check.imagesCheck(new Map(sources.map((source, i) => [`image${i}`, source])), false, false)
    assert.equal(state(of('here', 'pull', 'build')), 'passed')
    const missing = of('here', 'nowhere')
    assert.equal(missing.state, 'failed')
    assert.match(missing.detail, /unavailable: image1; on this engine: image0/)
    assert.equal(missing.next[0], 'docker pull image1')
  })

  it('tell how to reach names that the resolver does not know', () => {
    assert.equal(state(check.hostNamesCheck('publisher.apim.localhost', '127.0.0.1', 'apim')), 'passed')
    const unknown = check.hostNamesCheck('publisher.apim.localhost', undefined, 'apim')
    assert.equal(unknown.state, 'warned')
    assert.match(unknown.next[0]!, /^apim-lab hosts/)
    const silent = check.hostNamesCheck('publisher.apim.localhost', 'silent', 'apim')
    assert.equal(silent.state, 'warned')
    assert.match(silent.detail, /the name server does not answer/)
  })

  it('tell the load, and warn where it is high', () => {
    assert.equal(check.loadCheck({average: 1.2, cpus: 2}, {cpus: 2}).detail, 'load 1.2 on 2 cores')
    const high = check.loadCheck({average: 68, cpus: 2}, {cpus: 2})
    assert.equal(high.state, 'warned')
    assert.match(high.detail, /^load 68 on 2 cores: /)
    assert.match(
      check.loadCheck({average: 1, cpus: 8}, {cpus: 2}).detail,
      /^load 1 on 8 cores of this machine; the engine/,
    )
  })

  for (const [facts, expected] of [
    [{exists: true, mode: 0o700, writable: true}, 'passed'],
    [{exists: false, writable: true}, 'passed'],
    [{exists: true, mode: 0o755, writable: true}, 'warned'],
    [{exists: true, mode: 0o700, writable: false}, 'failed'],
    [{exists: false, writable: false}, 'failed'],
  ] as const)
    it(`${expected}: lab folder ${JSON.stringify(facts)}`, () =>
      assert.equal(state(check.folderCheck('/labs/apim', facts)), expected))

  it('keep the fix of an error, and say nothing twice', () => {
    const error = new LabError('engine-unreachable', 'No engine: /a is not there.', {
      evidence: ['/a is not there', '/b is not there'],
      next: ['bin/setup'],
    })
    assert.deepEqual(check.failedBy('engine', error), {
      name: 'engine',
      state: 'failed',
      detail: 'No engine: /a is not there. /b is not there',
      next: ['bin/setup'],
    })
  })
})
