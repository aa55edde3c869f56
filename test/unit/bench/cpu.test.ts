import {deepEqual, equal, throws} from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {cgroupV1Cpu, cgroupV2Cpu, machineCpu, processCpu, readMachineCpu, readProcessCpu} from '../../bench/cpu.js'

const STAT = `cpu  26241 7 8160 102693 1203 40 446 30 11 5
cpu0 13120 0 4080 51346 601 0 223 15 0 0
cpu1 13121 0 4080 51347 602 0 223 15 0 0
intr 3370461 24 9 0 0
ctxt 6157404
`
const DOCKERD = `3267 (dockerd) S 3266 3266 3266 0 -1 4194560 18174 509306 7 20 257 220 292 441 20 0 21 0 27760 1990008832 22337 18446744073709551615 93908649345024 93908676592085 140732436064112 0 0 0 0 0 2143420159 0 0 0 17 0 0 0 0 0 0 93908682246416 93908706792056 93909062340608 140732436069039 140732436069047 140732436069047 140732436070374 0
`

describe('readers of CPU-seconds', () => {
  it('counts what the whole machine was busy with: not idle, waiting, stolen, nor guests a second time', () => {
    equal(machineCpu(STAT), (26241 + 7 + 8160 + 40 + 446) / 100)
  })

  it('tells the time of a process from that of its children that ended', () => {
    deepEqual(processCpu(DOCKERD), {name: 'dockerd', own: 4.77, children: 7.33})
  })

  it('is not led astray by blanks and brackets in the name of a process', () => {
    deepEqual(processCpu(DOCKERD.replace('dockerd', ') S 1 (a) b')), {name: ') S 1 (a) b', own: 4.77, children: 7.33})
  })

  it('reads nanoseconds of control groups, version 1', () => {
    equal(cgroupV1Cpu('2630170234\n'), 2.630170234)
  })

  it('reads microseconds of control groups, version 2', () => {
    equal(cgroupV2Cpu('usage_usec 2630170\nuser_usec 2000000\nsystem_usec 630170\nnr_periods 0\n'), 2.63017)
  })

  for (const [name, read] of Object.entries({machineCpu, processCpu, cgroupV1Cpu, cgroupV2Cpu}))
    it(`${name} takes no other text for no time at all`, () => {
      throws(() => read(''), /no (CPU time|usage_usec)/)
      throws(() => read('cpu one two three\n'), /no (CPU time|usage_usec)/)
    })

  it('sees what a child of ours used, once it has ended', async function () {
    if (process.platform !== 'linux') this.skip()
    const [machine, own] = [await readMachineCpu(), (await readProcessCpu(process.pid))!]
    spawnSync(process.execPath, ['-e', 'const end = process.cpuUsage; while (end().user < 400_000);'])
    equal((await readProcessCpu(process.pid))!.children - own.children >= 0.3, true)
    equal((await readMachineCpu()) - machine >= 0.3, true)
  })
})
