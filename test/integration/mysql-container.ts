import type Docker from 'dockerode'
import mysql from 'mysql2/promise'
import {randomBytes} from 'node:crypto'
import {setTimeout as pause} from 'node:timers/promises'
import {Demultiplexer} from '../../src/engine/demultiplex.js'
import {archive} from '../../src/engine/images/archive.js'

export interface MysqlOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly volume?: string
  /** Text of files that are in the container before it starts, by path. */
  readonly files?: Readonly<Record<string, string | Buffer>>
}

/** Starts MySQL containers with all that belongs to them, and removes them again. */
export class MysqlContainers {
  readonly label = `apim-lab-test-${randomBytes(4).toString('hex')}`
  #volumes = 0

  constructor(
    readonly docker: Docker,
    readonly image: string,
  ) {}

  async volume(): Promise<string> {
    const name = `${this.label}-${++this.#volumes}`
    await this.docker.createVolume({Name: name, Labels: {[this.label]: ''}})
    return name
  }

  async start({env = {}, command = [], entrypoint, volume, files = {}}: MysqlOptions): Promise<MysqlContainer> {
    const container = await this.docker.createContainer({
      Image: this.image,
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Cmd: [...command],
      ...(entrypoint && {Entrypoint: [...entrypoint]}),
      Labels: {[this.label]: ''},
      HostConfig: {
        PortBindings: {'3306/tcp': [{HostIp: '127.0.0.1', HostPort: ''}]},
        ...(volume && {Mounts: [{Type: 'volume', Source: volume, Target: '/var/lib/mysql'}]}),
      },
    })
    const started = new MysqlContainer(container)
    await started.put(files)
    await container.start()
    return started
  }

  async removeAll(): Promise<void> {
    const filters = {label: [this.label]}
    for (const {Id} of await this.docker.listContainers({all: true, filters}))
      await this.docker.getContainer(Id).remove({force: true, v: true})
    const {Volumes} = await this.docker.listVolumes({filters})
    for (const {Name} of Volumes) await this.docker.getVolume(Name).remove()
  }
}

export class MysqlContainer {
  constructor(readonly container: Docker.Container) {}

  async put(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    const entries = Object.entries(files).map(
      ([path, content]) => [path.slice(1), {content: Buffer.from(content), mode: 0o644}] as const,
    )
    if (entries.length > 0) await this.container.putArchive(await archive(new Map(entries)), {path: '/'})
  }

  /** Logs in over TCP as soon as the server lets us, or tells why it does not within the deadline. */
  async login(user: string, password: string, deadlineMs = 60_000): Promise<mysql.Connection> {
    const end = Date.now() + deadlineMs
    for (;;) {
      const {State, NetworkSettings} = await this.container.inspect()
      if (!State.Running) throw new Error(`the container ended with ${State.ExitCode}:\n${await this.log()}`)
      const port = Number(NetworkSettings.Ports['3306/tcp']?.[0]?.HostPort)
      try {
        return await mysql.createConnection({host: '127.0.0.1', port, user, password})
      } catch (error) {
        const {code} = error as {code?: string}
        if (code === 'ER_ACCESS_DENIED_ERROR' || Date.now() > end) throw error
        await pause(50)
      }
    }
  }

  async query(sql: string, user = 'root', password = 'secret'): Promise<unknown[]> {
    const connection = await this.login(user, password)
    try {
      const [rows] = await connection.query({sql, rowsAsArray: true})
      return Array.isArray(rows) ? rows.flat() : []
    } finally {
      await connection.end()
    }
  }

  async log(): Promise<string> {
    const log = await this.container.logs({stdout: true, stderr: true, follow: false})
    return new Demultiplexer()
      .push(log)
      .map(({payload}) => String(payload))
      .join('')
  }

  /** Waits until the log says it. */
  async says(pattern: RegExp, deadlineMs = 60_000): Promise<void> {
    const end = Date.now() + deadlineMs
    for (let log = ''; !pattern.test(log); log = await this.log()) {
      if (Date.now() > end) throw new Error(`not in the log: ${pattern}\n${log}`)
      await pause(20)
    }
  }

  async exitCode(deadlineMs = 60_000): Promise<number> {
    const {StatusCode} = (await this.container.wait({abortSignal: AbortSignal.timeout(deadlineMs)})) as {
      StatusCode: number
    }
    return StatusCode
  }
}
