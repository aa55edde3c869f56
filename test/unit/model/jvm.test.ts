import assert from 'node:assert/strict'
import {jvmEnvironment, memoryOf} from '../../../src/model/jvm.js'
import type {ComponentSpec, JvmSpec} from '../../../src/model/release.js'
import {topology} from '../../support/lab.js'

const gateway = topology().nodes.find(({name}) => name === 'gateway-1')!.spec
const spec = (jvm: Partial<JvmSpec> = {}): ComponentSpec => ({
  ...gateway,
  memoryMb: 1536,
  jvm: {
    variable: 'JVM_MEM_OPTS',
    heapMb: 512,
    smallHeapMb: 384,
    debugAddress: '*:',
    mainClass: 'com.example.Main',
    tools: '/opt/jdk/bin',
    ...jvm,
  },
})
const DEBUG = '-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address='

describe('the JVM of a component', () => {
  it('is told its heap', () => assert.deepEqual(jvmEnvironment(spec(), {}, false), {JVM_MEM_OPTS: '-Xms512m -Xmx512m'}))

  it('has a smaller one in a small lab, and a limit to fit', () => {
    assert.deepEqual(jvmEnvironment(spec(), {}, true), {JVM_MEM_OPTS: '-Xms384m -Xmx384m'})
    assert.equal(memoryOf(spec(), {}, true), 1408)
  })

  it('has the one that was asked for, and the limit moves with it unless it was asked for too', () => {
    assert.deepEqual(jvmEnvironment(spec(), {heapMb: 1024}, true), {JVM_MEM_OPTS: '-Xms1024m -Xmx1024m'})
    assert.equal(memoryOf(spec(), {heapMb: 1024}, true), 2048)
    assert.equal(memoryOf(spec(), {heapMb: 1024, memoryMb: 1100}, false), 1100)
  })

  it('takes a debugger', () => {
    assert.equal(jvmEnvironment(spec(), {debugPort: 5005}, false)['JAVA_OPTS'], `${DEBUG}*:5005`)
    assert.equal(jvmEnvironment(spec({debugAddress: ''}), {debugPort: 5005}, false)['JAVA_OPTS'], `${DEBUG}5005`)
  })

  it('keeps the options of the user, which come last and win', () => {
    const environment = {JAVA_OPTS: '-Dmine=1', JVM_MEM_OPTS: '-Xmx2g'}
    const analytics = jvmEnvironment(spec({variable: 'JAVA_OPTS'}), {environment, debugPort: 5005}, false)
    assert.equal(analytics['JAVA_OPTS'], `-Xms512m -Xmx512m ${DEBUG}*:5005 -Dmine=1`)
    assert.equal(jvmEnvironment(spec(), {environment}, false)['JVM_MEM_OPTS'], '-Xms512m -Xmx512m -Xmx2g')
  })

  for (const release of ['3.0.0', '3.1.0', '3.2.0', '3.2.1'])
    it(`of a whole lab of ${release} fits in 10 GB, and in 8 GB when it is small`, () => {
      const sum = (small: boolean) =>
        topology({release, small}).nodes.reduce((megabytes, {memoryMb}) => megabytes + memoryMb, 0)
      assert.ok(sum(false) <= 10 * 1024, `${sum(false)} MB`)
      assert.ok(sum(true) <= 8 * 1024, `${sum(true)} MB`)
    })

  it('of the built-in release is none', () => assert.deepEqual(jvmEnvironment(gateway, {debugPort: 5005}, true), {}))
})
