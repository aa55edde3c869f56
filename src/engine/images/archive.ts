import {pack} from 'tar-stream'
import type {Recipe} from './recipe.js'

/** A build's context as a tar: the same files make the same bytes. */
export async function archive(files: Recipe['files']): Promise<Buffer> {
  const tar = pack()
  for (const [name, {content, mode}] of files) tar.entry({name, mode, mtime: new Date(0)}, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
