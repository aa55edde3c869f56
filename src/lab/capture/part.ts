import type {FoundLabFile} from '../../disk/lab-file.js'
import type {Redactor} from '../../model/redactor.js'
import type {LabContext} from '../context.js'
import type {LiveLab} from '../state/live-lab.js'

/** A file of a capture: text without secrets. */
export interface CapturedFile {
  /** Below the capture's folder. */
  readonly path: string
  readonly text: string
  /** Its beginning is left out: it was too long. */
  readonly cut?: true
}

/** What a capture does not have, and why: what others may rely on in JSON. */
export interface LeftOut {
  readonly what: string
  readonly why: string
}

export type Captured = CapturedFile | LeftOut

/** What parts are collected from. */
export interface CaptureTools {
  readonly lab: string
  readonly live: LiveLab
  /** Its signal is aborted when the part has taken too long. */
  readonly context: LabContext
  readonly redactor: Redactor
  /** From when on logs are taken: nanoseconds since 1970. */
  readonly since: bigint
  /** With rows of the databases. */
  readonly data: boolean
  /** Beside which the lab's own files lie; absent where the command does not stand there. */
  readonly labFile: FoundLabFile | undefined
  /** The lab's secrets are known, so they can be told from other text. */
  readonly secretsKnown: boolean
  /** What is known of this machine. */
  readonly host: Readonly<Record<string, string>>
  readonly workingDirectory: string
}

/** One thing that a capture has; it may fail without the others. */
export interface Part {
  readonly title: string
  readonly collect: (tools: CaptureTools) => Promise<readonly Captured[]>
}

export const isLeftOut = (one: Captured): one is LeftOut => 'why' in one
