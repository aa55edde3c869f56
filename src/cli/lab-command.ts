import {homedir, userInfo} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Command, Flags, type Interfaces} from '@oclif/core'
import {DataDirectory} from '../disk/data-directory.js'
import {toDiskError} from '../disk/disk-errors.js'
import {readDockerConfig} from '../disk/docker-config.js'
import {LabError} from '../errors.js'
import type {LabContext} from '../lab/context.js'
import {namedLab} from '../lab/named-lab.js'
import {allReleases} from '../model/releases/index.js'
import {DEFAULT_LAB} from '../model/settings.js'
import type {Reporter} from '../report/reporter.js'
import {onInterrupt, type Interrupt} from './interrupt.js'
import {processes} from './processes.js'
import {chooseReporter} from './reporters.js'
import {errorDocument, errorText, exitStatus} from './show-error.js'
import {isUsage, usageError} from './usage.js'

type FlagsOf<T extends typeof Command> = Interfaces.InferredFlags<(typeof LabCommand)['baseFlags'] & T['flags']>
type ArgsOf<T extends typeof Command> = Interfaces.InferredArgs<T['args']>

/** What every command shares: flags, the context of the verbs, signals, and how errors are told. */
export abstract class LabCommand<T extends typeof Command> extends Command {
  static override enableJsonFlag = true

  static override baseFlags = {
    lab: Flags.string({
      char: 'l',
      summary: `Name of the lab; without it the lab file's, else ${DEFAULT_LAB}.`,
      env: 'APIM_LAB',
    }),
  }

  protected flags!: FlagsOf<T>
  protected args!: ArgsOf<T>
  protected rest: readonly string[] = []
  #reporter: Reporter | undefined
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
    return namedLab((this.flags as {lab?: string}).lab, process.cwd(), allReleases(this.config.version))
  }

  protected get reporter(): Reporter {
    return (this.#reporter ??= chooseReporter(this.jsonEnabled()))
  }

  protected get signal(): AbortSignal {
    return (this.#interrupt ??= onInterrupt({
      restore: () => this.#reporter?.end(),
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
      programs: join(packageRoot, 'dist'),
      engine: () => (engine ??= this.#connect()),
      reporter: this.reporter,
      signal: this.signal,
      processes,
      user: userInfo().username,
      environment: process.env,
    }
  }

  async #connect() {
    const {Engine} = await import('../engine/engine.js')
    const config = await readDockerConfig(homedir(), process.env)
    return Engine.connect({
      env: process.env,
      home: homedir(),
      platform: process.platform,
      uid: process.getuid?.() ?? 0,
      ...config,
    })
  }

  protected override async catch(error: Error & {exitCode?: number}): Promise<void> {
    this.#reporter?.end()
    if ((error as {oclif?: {exit?: number}}).oclif?.exit === 0) {
      process.exitCode = 0
      return
    }
    const interrupted = this.#interrupt?.status()
    const shown = this.#shown(error, interrupted !== undefined)
    process.exitCode = interrupted ?? exitStatus(shown)
    const lab = (this.flags as {lab?: string} | undefined)?.lab
    if (this.jsonEnabled()) this.logJson(errorDocument(shown, lab))
    else process.stderr.write(errorText(shown, lab))
  }

  #shown(error: unknown, interrupted: boolean): unknown {
    if (isUsage(error))
      return usageError(
        error,
        (this.id ?? '').replaceAll(':', ' '),
        Object.keys({...this.ctor.baseFlags, ...this.ctor.flags}),
      )
    if (!interrupted || error instanceof LabError) return toDiskError(error)
    return new LabError('aborted', 'Stopped as asked; what was begun stays.', {
      next: [`${processes.self.command} (goes on where it stopped)`],
    })
  }

  protected override async finally(): Promise<void> {
    this.#reporter?.end()
  }
}
