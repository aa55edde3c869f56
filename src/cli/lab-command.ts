import {userInfo} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Command, type Interfaces} from '@oclif/core'
import {containerMemory} from '../disk/cgroup.js'
import {DataDirectory} from '../disk/data-directory.js'
import {toDiskError} from '../disk/disk-errors.js'
import {readDockerConfig} from '../disk/docker-config.js'
import {LabError} from '../errors.js'
import type {LabContext} from '../lab/context.js'
import {namedLab} from '../lab/resolve/named-lab.js'
import {allReleases} from '../model/releases/index.js'
import type {Reporter} from '../report/reporter.js'
import type {Pausable} from '../report/screen.js'
import {onInterrupt, type Interrupt} from './interrupt.js'
import {labFlag} from './lab-flags.js'
import {processes} from './processes.js'
import {chooseReporter} from './reporters.js'
import {errorDocument, errorText, exitStatus} from './show-error.js'
import {onSuspend} from './suspend.js'
import {isUsage, usageError} from './usage.js'

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}

type FlagsOf<T extends typeof Command> = Interfaces.InferredFlags<(typeof LabCommand)['baseFlags'] & T['flags']>
type ArgsOf<T extends typeof Command> = Interfaces.InferredArgs<T['args']>

/** What every command shares: flags, the context of the verbs, signals, and how errors are told. */
export abstract class LabCommand<T extends typeof Command> extends Command {
  static override enableJsonFlag = true

  static override baseFlags = labFlag

  protected flags!: FlagsOf<T>
  protected args!: ArgsOf<T>
  protected rest: readonly string[] = []
  /** With --json it prints a document a line: an error is one too. */
  protected streams = false
  #reporter: Reporter | undefined
  #screen: Pausable | undefined
  #suspends = false
  #interrupt: Interrupt | undefined

  override async init(): Promise<void> {
    await super.init()
    const {flags, args, argv} = await this.parse({
      flags: {...this.ctor.baseFlags, ...this.ctor.flags},
      args: this.ctor.args,
      strict: this.ctor.strict,
      enableJsonFlag: this.ctor.enableJsonFlag,
    })
    this.flags = flags as FlagsOf<T>
    this.args = args as ArgsOf<T>
    this.rest = argv as string[]
  }

  /** The lab that is meant: the flag's, else the lab file's, else the default one. */
  protected namedLab(): Promise<string> {
    return namedLab((this.flags as {lab?: string}).lab, () => process.cwd(), allReleases(this.config.version))
  }

  protected get reporter(): Reporter {
    if (!this.#reporter) {
      this.#reporter = chooseReporter(this.jsonEnabled())
      if (this.#reporter.pause) this.#handleSuspend()
    }
    return this.#reporter
  }

  /** From now on this has the terminal: it is lent to the shell while the command is stopped, and put right at its end. */
  protected takeTerminal(screen: Pausable): void {
    this.#screen = screen
    this.#handleSuspend()
  }

  get #onTerminal(): readonly (Reporter | Pausable)[] {
    return [this.#reporter, this.#screen].filter(one => one !== undefined)
  }

  #handleSuspend(): void {
    if (!this.#suspends) onSuspend(() => this.#onTerminal)
    this.#suspends = true
  }

  #leaveTerminal(): void {
    for (const one of this.#onTerminal) one.end()
  }

  protected get signal(): AbortSignal {
    return (this.#interrupt ??= onInterrupt({
      restore: () => this.#leaveTerminal(),
      onSlow: () =>
        this.#reporter?.on({subject: 'stopping', state: 'warning', text: 'the same signal again ends it at once'}),
    })).signal
  }

  protected context(): LabContext {
    const root = fileURLToPath(new URL('.', import.meta.url))
    const packageRoot = root.includes(`${join('dist', '')}`)
      ? root.slice(0, root.lastIndexOf('dist'))
      : join(root, '../..')
    let engine: ReturnType<LabContext['engine']> | undefined
    return {
      version: this.config.version,
      releases: allReleases(this.config.version),
      data: new DataDirectory(this.config.dataDir),
      templates: join(packageRoot, 'templates'),
      cases: join(packageRoot, 'cases'),
      programs: join(packageRoot, 'dist'),
      engine: () => (engine ??= this.#connect()),
      reporter: this.reporter,
      signal: this.signal,
      processes,
      user: userName(),
      environment: process.env,
    }
  }

  async #connect() {
    const {DockerEngine} = await import('../engine/docker-engine.js')
    const {home} = this.config
    const config = await readDockerConfig(home, process.env)
    return DockerEngine.connect({
      env: process.env,
      home,
      platform: process.platform,
      uid: process.getuid?.() ?? 0,
      ...config,
      memoryHere: containerMemory,
    })
  }

  protected override async catch(error: Error & {exitCode?: number}): Promise<void> {
    this.#leaveTerminal()
    if ((error as {oclif?: {exit?: number}}).oclif?.exit === 0) {
      process.exitCode = 0
      return
    }
    const interrupted = this.#interrupt?.status()
    const shown = this.#shown(error, interrupted !== undefined)
    process.exitCode = interrupted ?? exitStatus(shown)
    const lab = (this.flags as {lab?: string} | undefined)?.lab
    if (!this.jsonEnabled()) process.stderr.write(errorText(shown, lab))
    else if (this.streams) process.stdout.write(`${JSON.stringify(errorDocument(shown, lab))}\n`)
    else this.logJson(errorDocument(shown, lab))
  }

  #shown(error: unknown, interrupted: boolean): unknown {
    if (isUsage(error))
      return usageError(
        error,
        (this.id ?? '').replaceAll(':', ' '),
        Object.keys({...this.ctor.baseFlags, ...this.ctor.flags}),
      )
    if (!interrupted || error instanceof LabError) return toDiskError(error)
    const {message, again} = this.whenStopped()
    return new LabError('aborted', message, {next: [`${processes.self.command} (${again})`]})
  }

  /** What is told when the work was stopped: what has become of it, and what the same command does. */
  protected whenStopped(): {readonly message: string; readonly again: string} {
    return {message: 'Stopped as asked; what was made so far stays.', again: 'continues where it stopped'}
  }

  protected override async finally(): Promise<void> {
    this.#leaveTerminal()
    // Also where the work was done before it could be stopped: a script that is stopped must not go on to its next command.
    process.exitCode = this.#interrupt?.status() ?? process.exitCode
  }
}
