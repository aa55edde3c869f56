import {randomBytes} from 'node:crypto'
import type Docker from 'dockerode'
import {extract} from 'tar-stream'
import {LABELS} from '../../model/labels.js'
import {orNothing} from '../engine-errors.js'

export interface FoundFile {
  /** As the archive has it, the folder's own name first: `dropins/a.jar`. */
  readonly name: string
  /** Of small files only. */
  readonly text: string | undefined
}

export interface LookOptions {
  readonly lab: string
  readonly folder: string
  readonly platform?: string
}

const SMALL_BYTES = 64 * 1024

function filesOf(archive: NodeJS.ReadableStream): Promise<readonly FoundFile[]> {
  return new Promise((resolve, reject) => {
    const found: FoundFile[] = []
    const tar = extract()
    tar.on('entry', ({name, type, size = 0}, stream, next) => {
      const chunks: Buffer[] = []
      const isSmall = size <= SMALL_BYTES
      stream.on('data', chunk => isSmall && chunks.push(chunk as Buffer))
      stream.on('error', reject)
      stream.on('end', () => {
        if (type === 'file') found.push({name, text: isSmall ? Buffer.concat(chunks).toString('utf8') : undefined})
        next()
      })
    })
    tar.on('finish', () => resolve(found))
    tar.on('error', reject)
    archive.on('error', reject)
    archive.pipe(tar as unknown as NodeJS.WritableStream)
  })
}

/** The files at or below some paths of an image, by a container that is never started; none where there is no such path. */
export async function lookInto(
  docker: Docker,
  image: string,
  paths: readonly string[],
  {lab, folder, platform}: LookOptions,
): Promise<readonly FoundFile[]> {
  const container = await docker.createContainer({
    name: `${lab}-helper-${randomBytes(4).toString('hex')}`,
    ...(platform !== undefined && {platform}),
    Image: image,
    Labels: {[LABELS.lab]: lab, [LABELS.folder]: folder, [LABELS.helper]: 'true'},
    HostConfig: {NetworkMode: 'none'},
  })
  try {
    const found: FoundFile[] = []
    for (const path of paths) {
      const archive = await orNothing(container.getArchive({path}))
      if (archive) found.push(...(await filesOf(archive)))
    }
    return found
  } finally {
    await container.remove({force: true})
  }
}
