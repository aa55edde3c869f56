import type {IncomingMessage} from 'node:http'
import type Docker from 'dockerode'
import {extract} from 'tar-stream'
import {orNothing} from './engine-errors.js'

export interface FileStat {
  readonly isFile: boolean
  readonly size: number
}

/** Bits of Go's file mode that make it something else than a file: folder, link, device, pipe, socket. */
const NO_FILE = 0x8f280000

/** The text of the only file in an archive; undefined if it is something else than a file. */
function onlyFile(archive: NodeJS.ReadableStream): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const tar = extract()
    let text: string | undefined
    tar.on('entry', (header, stream, next) => {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk as Buffer))
      stream.on('end', () => {
        if (header.type === 'file') text = Buffer.concat(chunks).toString('utf8')
        next()
      })
      stream.on('error', reject)
    })
    tar.on('finish', () => resolve(text))
    tar.on('error', reject)
    archive.on('error', reject)
    archive.pipe(tar as unknown as NodeJS.WritableStream)
  })
}

/** A file as a container has it, running or not; undefined where there is none. */
export async function readFileIn(docker: Docker, container: string, path: string): Promise<string | undefined> {
  const archive = await orNothing(docker.getContainer(container).getArchive({path}))
  return archive && onlyFile(archive)
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
