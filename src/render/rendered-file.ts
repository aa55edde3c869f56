export interface RenderedFile {
  /** Below the lab folder. */
  readonly path: string
  readonly content: string | Uint8Array
}
