import type {DataDirectory} from '../disk/data-directory.js'
import type {Processes} from '../disk/lock.js'
import type {Engine} from '../engine/engine.js'
import type {Release} from '../model/release.js'
import type {Reporter} from '../report/reporter.js'

/** What every verb is given: the two edges, and how to tell progress and be stopped. */
export interface LabContext {
  readonly version: string
  readonly releases: readonly Release[]
  readonly data: DataDirectory
  /** Folder of the handlebars templates. */
  readonly templates: string
  /** Folder of the cases that come with the command. */
  readonly cases: string
  /** Folder of the built programs that go into images. */
  readonly programs: string
  /** Connects at the first call. */
  readonly engine: () => Promise<Engine>
  readonly reporter: Reporter
  readonly signal: AbortSignal
  readonly processes: Processes
  readonly user: string
  /** The environment variables of the command. */
  readonly environment: Readonly<Record<string, string | undefined>>
}
