import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Row} from '../../../src/lab-events/link-row.js'
import {REGISTRY} from '../../double/images.js'
import {docker, TestLab} from './test-lab.js'

/** Any JAR will do: mini has a driver of its own. */
export const DRIVER = 'mysql-connector-j-8.0.0-test.jar'
const DRIVERS: Readonly<Record<string, string>> = {mysql: DRIVER, postgresql: 'postgresql-42.0.0-test.jar'}

/** Long for a double, and short for who waits for a test that fails. */
const NODE_SECONDS = 60

/** A lab of a release of WSO2's whose images are doubles, with as much memory as mini needs. */
export class DoubleLab {
  private constructor(
    readonly lab: TestLab,
    readonly release: string,
    readonly components: readonly string[],
    readonly images: string,
    readonly database: string,
  ) {}

  /** `images` is what the lab file says of them; without it the doubles'. */
  static async create(
    purpose: string,
    release: string,
    components: readonly string[],
    images = `{registry: ${REGISTRY}}`,
    database = 'mysql',
  ): Promise<DoubleLab> {
    const double = new DoubleLab(await TestLab.create(purpose), release, components, images, database)
    await writeFile(join(double.lab.workingDirectory, DRIVERS[database]!), 'PK')
    await double.writeLabFile()
    return double
  }

  /** Writes the lab file, with a line more in the block of some components. */
  async writeLabFile(lines: Readonly<Record<string, string>> = {}): Promise<void> {
    const analytics = this.components.some(name => name.startsWith('analytics'))
    const text = [
      `release: "${this.release}"`,
      `analytics: ${analytics}`,
      `images: ${this.images}`,
      `database: ${this.database}`,
      `${this.database}: {driver: ${DRIVERS[this.database]}}`,
      'components:',
      ...this.components.flatMap(name => [
        `  ${name}:`,
        '    memory: 192m',
        ...(name in lines ? [`    ${lines[name]}`] : []),
      ]),
    ]
    await writeFile(join(this.lab.workingDirectory, 'lab.yaml'), `${text.join('\n')}\n`)
  }

  up(...args: string[]) {
    const options = ['--offline', '--timeout', String(NODE_SECONDS), '--port-offset', String(this.lab.portOffset)]
    return this.lab.run(['up', '--file', 'lab.yaml', ...options, ...args])
  }

  /** The rows of `links`, all of them ok. */
  async links(): Promise<readonly Row[]> {
    const {stdout, exitCode} = await this.lab.run(['links', '--json'])
    const rows = JSON.parse(String(stdout)) as Row[]
    assert.equal(
      JSON.stringify(
        rows.filter(({state}) => state === 'broken'),
        undefined,
        2,
      ),
      '[]',
    )
    assert.equal(exitCode, 0)
    return rows
  }

  /** By node. */
  async containerIds(): Promise<ReadonlyMap<string, string>> {
    const containers = await docker.listContainers({all: true, filters: {label: [`apim-lab.lab=${this.lab.name}`]}})
    return new Map(containers.map(({Id, Labels}) => [Labels['apim-lab.node'] ?? '', Id]))
  }

  /** The text of a node's log, without the engine's frames. */
  async log(node: string): Promise<string> {
    const log = await this.lab.container(node).logs({stdout: true, stderr: true})
    return log.toString('latin1').replaceAll(/[^\x20-\x7e\n]/g, '')
  }
}
