declare module 'tar-stream' {
  import type {Readable} from 'node:stream'

  interface Pack extends Readable {
    entry(header: {name: string; mode: number; mtime: Date}, content: Buffer): void
    finalize(): void
  }

  export function pack(): Pack
}
