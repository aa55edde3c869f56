import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {CGROUP_AT} from '../model/faults/fault-order.js'
import type {PlacedFault} from '../model/faults/fault-label.js'
import type {Maker} from './lease.js'
import {record, recorded} from './record.js'

/** A file of a control group, and what is written to it. */
interface Knob {
  /** Of control groups version 2, and of 1. */
  readonly files: readonly [string, string]
  readonly begin: (fault: PlacedFault, before: string) => string
  /** `before`: what was in it. */
  readonly end: (before: string) => string
}

const PERIOD_US = 100_000
/** The least that a kernel takes. */
const LEAST_QUOTA_US = 1000

const quota = ({value = 1}: PlacedFault, periodUs: number) => Math.max(LEAST_QUOTA_US, Math.round(value * periodUs))

const isVersion2 = (before: string) => /^(max|\d+) \d+$/.test(before)

const KNOBS: Readonly<Record<string, Knob>> = {
  pause: {
    files: ['cgroup.freeze', 'freezer.state'],
    begin: (_, before) => (before === '0' || before === '1' ? '1' : 'FROZEN'),
    end: before => (before === '0' || before === '1' ? '0' : 'THAWED'),
  },
  cpu: {
    files: ['cpu.max', 'cpu.cfs_quota_us'],
    begin: (fault, before) =>
      isVersion2(before) ? `${quota(fault, PERIOD_US)} ${PERIOD_US}` : String(quota(fault, PERIOD_US)),
    end: before => before,
  },
}

/** Writes, where it is still there: the group goes with its node. */
function writeThere(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    if (!['ENOENT', 'ENODEV'].includes(String((error as NodeJS.ErrnoException).code))) throw error
  }
}

const BEFORE = 'before'

function fileOf(knob: Knob): string {
  const file = knob.files.map(name => join(CGROUP_AT, name)).find(path => existsSync(path))
  if (file === undefined) throw new Error(`this engine's control groups have no ${knob.files.join(' and no ')}`)
  return file
}

/** A fault of the node's control group, which is mounted here and nothing else of the machine. */
export const controlGroup: Maker = {
  async make({fault}) {
    const knob = KNOBS[fault.kind]!
    const file = fileOf(knob)
    const before = record(BEFORE, () => readFileSync(file, 'utf8').trim())
    writeFileSync(file, knob.begin(fault, before))
    return {
      keep: async () => undefined,
      end: async () => writeThere(file, knob.end(before)),
    }
  },
  async endLeft({kind}) {
    const knob = KNOBS[kind]!
    const before = recorded(BEFORE)
    if (before !== undefined) writeThere(fileOf(knob), knob.end(before))
  },
}
