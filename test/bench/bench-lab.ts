import {join} from 'node:path'
import {execa} from 'execa'
import type {SnapshotList} from '../../src/lab/snapshots/list.js'
import type {LabStatus} from '../../src/lab/status.js'
import {LABELS} from '../../src/model/labels.js'
import {docker, TestLab} from '../integration/support/test-lab.js'
import {ROOT} from '../support/lab.js'
import type {Context} from './context.js'
import type {Measured} from './measure.js'

/** A lab of a bench: a name and a data directory of its own. */
export class BenchLab {
  private constructor(
    private readonly lab: TestLab,
    private readonly context: Context,
  ) {}

  /** Makes a lab, and takes it down with all that it left, whatever happens to its use. */
  static async with<T>(context: Context, use: (lab: BenchLab) => Promise<T>, name = ''): Promise<T> {
    const lab = await TestLab.create(['bench', process.pid, name].filter(Boolean).join('-'))
    try {
      return await use(new BenchLab(lab, context))
    } finally {
      // A second Ctrl-C must not end what cleans up after the first.
      const {exitCode, stderr} = await lab.run(['down', '--volumes', '--wait'], {detached: true})
      const kept = await removeSnapshots(lab)
      if (kept.length > 0) context.say(`snapshots of ${lab.name} could not be removed: ${kept.join(' ')}`)
      if (exitCode !== 0) context.say(`down of ${lab.name} failed: ${String(stderr)}`)
      await lab.remove({detached: true})
      const left = Object.values(await lab.remains()).flat()
      if (left.length > 0) context.say(`${lab.name} could not be taken down: ${left.join(' ')}`)
    }
  }

  get folder(): string {
    return this.lab.folder
  }

  /** Runs one of our commands on this lab, and measures it. */
  run(...args: string[]): Promise<Measured> {
    // Before what `exec` runs.
    const at = args.includes('--') ? args.indexOf('--') : args.length
    const all = [...args.slice(0, at), '--lab', this.lab.name, ...args.slice(at)]
    return this.context.measure('node', [join(ROOT, 'bin/run.js'), ...all], {env: this.lab.environment})
  }

  up(...args: string[]): Promise<Measured> {
    return this.run('up', '--release', 'mini', '--offline', '--port-offset', String(this.lab.portOffset), ...args)
  }

  /** Throws where a step fails. Returns seconds. */
  async verify(limitMs: number): Promise<number> {
    const {seconds} = await this.context.measure('node', [join(ROOT, 'bin/run.js'), 'verify', '--lab', this.lab.name], {
      env: this.lab.environment,
      limitMs,
    })
    return seconds
  }

  json<T>(...args: string[]): Promise<T> {
    return this.lab.json<T>(...args)
  }

  status(): Promise<LabStatus> {
    return this.lab.json<LabStatus>('status')
  }

  /** The ids of its containers, by node. */
  async containers(): Promise<ReadonlyMap<string, string>> {
    const all = await docker.listContainers({filters: {label: [`apim-lab.lab=${this.lab.name}`]}})
    return new Map(
      all
        .map(({Id, Names}) => [Names[0]!.slice(this.lab.name.length + 2), Id] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    )
  }
}

/** Removes the snapshots of a lab, those too that were being saved when it was interrupted. Returns the volumes that stay. */
async function removeSnapshots(lab: TestLab): Promise<readonly string[]> {
  const {stdout} = await lab.run(['snapshot', 'list', '--json'], {detached: true})
  const {snapshots} = JSON.parse(String(stdout)) as SnapshotList
  for (const {name} of snapshots) await lab.run(['snapshot', 'delete', name, '--wait'], {detached: true})
  await lab.run(['snapshot', 'prune', '--wait'], {detached: true})
  const {Volumes} = await docker.listVolumes({filters: {label: [`${LABELS.snapshotLab}=${lab.name}`]}})
  return (Volumes ?? []).map(({Name}) => Name)
}

/** Lines that a container wrote since a moment. */
export async function linesSince(id: string, since: Date): Promise<number> {
  const {stdout, stderr} = await execa('docker', ['logs', '--since', since.toISOString(), id])
  return [stdout, stderr]
    .filter(text => text !== '')
    .join('\n')
    .split('\n')
    .filter(Boolean).length
}
