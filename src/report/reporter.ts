export type ProgressState = 'working' | 'done' | 'warning' | 'failed'

export interface Progress {
  /** A node, network, volume, image, or the lab. */
  readonly subject: string
  readonly state: ProgressState
  readonly text: string
  /** A part of the subject, such as a layer of an image: shown while the subject is worked on. */
  readonly part?: string
  /** A figure that goes on growing: where nothing can be rewritten, it is told now and then only. */
  readonly figure?: true
}

/** Where the work tells how far it is. What it prints goes to stderr: stdout is for results. */
export interface Reporter {
  begin(task: string): void
  on(progress: Progress): void
  /** The process is about to be stopped for a while: the terminal is the shell's. */
  pause?(): void
  /** It goes on, and has the terminal again. */
  resume?(): void
  /** Leaves the terminal as it was; safe to call twice. */
  end(): void
}
