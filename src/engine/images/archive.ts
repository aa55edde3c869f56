import {pipeline} from 'node:stream/promises'
import {pack, type Pack} from 'tar-stream'
import {childOf, type TreeEntry} from '../../model/file-tree.js'
import type {Recipe, RecipeTree} from './recipe.js'

/** Of our own files: the same ones make the same bytes. */
const mtime = new Date(0)

function addFiles(tar: Pack, files: Recipe['files']): void {
  for (const [name, {content, mode}] of files) tar.entry({name, mode, mtime}, content)
}

/** A build's context as a tar: the same files make the same bytes. */
export async function archive(files: Recipe['files']): Promise<Buffer> {
  const tar = pack()
  addFiles(tar, files)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const MODES = {file: 0o644, program: 0o755} as const

async function addEntry(tar: Pack, name: string, entry: TreeEntry, signal: AbortSignal): Promise<void> {
  const {type, sizeBytes, executable, modified: mtime, target = '', open} = entry
  if (type === 'folder') tar.entry({name, type: 'directory', mode: MODES.program, mtime})
  else if (type === 'link') tar.entry({name, type: 'symlink', linkname: target, mtime})
  else {
    const mode = executable ? MODES.program : MODES.file
    await pipeline(await open(), tar.entry({name, size: sizeBytes, mode, mtime}), {signal})
  }
}

/** A build's context with whole trees in it, as a tar that is made while it is read. */
export async function* archiveOf(
  files: Recipe['files'],
  trees: readonly RecipeTree[],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const tar = pack()
  const fill = async () => {
    addFiles(tar, files)
    for (const {folder, entries} of trees)
      for (const entry of entries) await addEntry(tar, childOf(folder, entry.path), entry, signal)
    tar.finalize()
  }
  const filling = fill().catch((error: unknown) => void tar.destroy(error as Error))
  try {
    yield* tar as AsyncIterable<Buffer>
  } finally {
    tar.destroy()
    await filling
  }
}
