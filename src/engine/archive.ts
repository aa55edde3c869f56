import type {IncomingMessage} from 'node:http'
import type Docker from 'dockerode'
import {extract} from 'tar-stream'
import type {FileStat} from './engine.js'
import {orNothing} from './engine-errors.js'

/** Bits of Go's file mode that make it something else than a file: folder, link, device, pipe, socket. */
const NO_FILE = 0x8f280000

export interface FoundFile {
  /** As the archive has it, the folder's own name first: `dropins/a.jar`. */
  readonly name: string
  /** Of a file that is not too large. */
  readonly text: string | undefined
}

function filesIn(archive: NodeJS.ReadableStream, mostBytes: number): Promise<readonly FoundFile[]> {
  return new Promise((resolve, reject) => {
    const found: FoundFile[] = []
    const tar = extract()
    tar.on('entry', ({name, type, size = 0}, stream, next) => {
      const chunks: Buffer[] = []
      const isRead = size <= mostBytes
      stream.on('data', chunk => isRead && chunks.push(chunk as Buffer))
      stream.on('error', reject)
      stream.on('end', () => {
        if (type === 'file') found.push({name, text: isRead ? Buffer.concat(chunks).toString('utf8') : undefined})
        next()
      })
    })
    tar.on('finish', () => resolve(found))
    tar.on('error', reject)
    archive.on('error', reject)
    archive.pipe(tar as unknown as NodeJS.WritableStream)
  })
}

/** The files at or below a path of a container, running or not, with the text of those of at most so many bytes; undefined where there is none. */
export async function filesAt(
  docker: Docker,
  container: string,
  path: string,
  mostBytes = Infinity,
): Promise<readonly FoundFile[] | undefined> {
  const archive = await orNothing(docker.getContainer(container).getArchive({path}))
  return archive && filesIn(archive, mostBytes)
}

/** A file as a container has it, running or not; undefined where there is none. */
export async function readFileIn(docker: Docker, container: string, path: string): Promise<string | undefined> {
  return (await filesAt(docker, container, path))?.at(-1)?.text
}

/** What stands at a path inside a container; undefined for nothing. */
export async function statIn(docker: Docker, container: string, path: string): Promise<FileStat | undefined> {
  const answer = (await orNothing(docker.getContainer(container).infoArchive({path}))) as IncomingMessage | undefined
  if (!answer) return undefined
  answer.resume()
  const header = String(answer.headers['x-docker-container-path-stat'])
  const {mode, size} = JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as {mode: number; size: number}
  // Bit by bit in 32 bits: a folder's bit is the sign.
  return {isFile: (mode & NO_FILE) === 0, size}
}
