import {createInterface} from 'node:readline'
import {PassThrough} from 'node:stream'
import type Docker from 'dockerode'
import type {ContainerCreateOptions} from 'dockerode'
import {LabError} from '../errors.js'
import type {Helper} from './engine.js'
import {createHelper, helperName, isRemoved, killHelper, type HelperOwner} from './helper-container.js'
import type {HelperReport, HelperRequest} from '../model/helper-protocol.js'

export interface SessionOptions extends HelperOwner {
  readonly image: string
  /** A network's name, or `container:<id>` to stand in that container's network. */
  readonly network: string
  /** What its container has besides. */
  readonly container?: Pick<ContainerCreateOptions, 'User' | 'HostConfig'>
  readonly signal: AbortSignal
}

const NEXT = {next: ['apim-lab up', 'apim-lab doctor']}

type Listener = (report: HelperReport) => void

/** One helper container: it lives as long as this session, and ends by itself if the command is killed (its input closes). */
export class HelperSession implements Helper {
  readonly #listeners = new Set<Listener>()
  readonly #container: Docker.Container
  readonly #docker: Docker
  #stream: NodeJS.ReadWriteStream | undefined
  #started = false
  #closed = false
  #failure: Error | undefined
  #onFailure: ((error: Error) => void)[] = []

  private constructor(
    docker: Docker,
    container: Docker.Container,
    /** Its host name in a network of the lab: the container's own, which nothing else has. */
    readonly hostName: string,
  ) {
    this.#docker = docker
    this.#container = container
  }

  static async open(docker: Docker, options: SessionOptions): Promise<HelperSession> {
    const {image, network, container: more} = options
    const hostName = helperName(options)
    const container = await createHelper(docker, options, {
      name: hostName,
      Image: image,
      Entrypoint: ['/opt/apim-lab/run.sh', '/opt/apim-lab/helper.cjs'],
      Cmd: [],
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      ...more,
      HostConfig: {
        ...more?.HostConfig,
        AutoRemove: true,
        NetworkMode: network,
        LogConfig: {Type: 'none', Config: {}},
      },
    })
    const session = new HelperSession(docker, container, hostName)
    try {
      await session.#start()
      return session
    } catch (error) {
      await session.close()
      throw error
    }
  }

  async #start(): Promise<void> {
    const stream = await this.#container.attach({stream: true, stdin: true, stdout: true, stderr: true, hijack: true})
    this.#stream = stream
    const stdout = new PassThrough()
    const stderr = new PassThrough()
    const complaints: string[] = []
    this.#docker.modem.demuxStream(stream, stdout, stderr)
    createInterface({input: stderr}).on('line', line => complaints.push(line))
    createInterface({input: stdout}).on('line', line => this.#receive(line))
    const ended = () =>
      this.#fail(
        new LabError('engine-failed', `The helper container ended: ${complaints.at(-1) ?? 'without output'}`, NEXT),
      )
    stream.on('end', ended)
    stream.on('close', ended)
    stream.on('error', ended)
    // The engine may take the body of the request above for the container's input: then that is a line of its own.
    stream.write('\n')
    await this.#container.start()
    this.#started = true
  }

  #receive(line: string): void {
    let report: HelperReport
    try {
      report = JSON.parse(line) as HelperReport
    } catch {
      return this.#fail(new LabError('engine-failed', `The helper container said: ${line.slice(0, 200)}`, NEXT))
    }
    if (report.kind === 'fault')
      this.#fail(new LabError('engine-failed', `The helper container failed: ${report.detail}`, NEXT))
    for (const listener of this.#listeners) listener(report)
  }

  #fail(error: Error): void {
    if (this.#closed || this.#failure) return
    this.#failure = error
    for (const tell of this.#onFailure) tell(error)
  }

  get alive(): boolean {
    return !this.#failure
  }

  send(request: HelperRequest): void {
    this.#stream?.write(`${JSON.stringify(request)}\n`)
  }

  /** Resolves with what `pick` finds in a report. Rejects when the helper ends first, or on abort. */
  async receive<T>(pick: (report: HelperReport) => T | undefined, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    if (this.#failure) throw this.#failure
    const done = new AbortController()
    return new Promise<T>((resolve, reject) => {
      const listener: Listener = report => {
        const value = pick(report)
        if (value !== undefined) resolve(value)
      }
      this.#listeners.add(listener)
      this.#onFailure.push(reject)
      signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true, signal: done.signal})
      done.signal.addEventListener('abort', () => {
        this.#listeners.delete(listener)
        this.#onFailure = this.#onFailure.filter(tell => tell !== reject)
      })
    }).finally(() => done.abort())
  }

  async join(network: string): Promise<void> {
    await this.#docker.getNetwork(network).connect({Container: this.#container.id})
  }

  /**
   * Ends the helper and waits until it is gone: until then it holds its networks, which others may be about to remove. Without
   * its input it ends by itself.
   */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const ended = this.#started && isRemoved(this.#container)
    this.#stream?.end()
    const gone = (await ended) || (this.#started && (await killHelper(this.#container)))
    if (!gone) await this.#container.remove({force: true}).catch(() => undefined)
    if (this.#stream && 'destroy' in this.#stream) (this.#stream as unknown as {destroy(): void}).destroy()
  }
}
