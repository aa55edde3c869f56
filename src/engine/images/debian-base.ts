import type Docker from 'dockerode'
import {execa} from 'execa'
import {LabError} from '../../errors.js'
import {importImage} from './import.js'
import {BASE_IMAGE} from './recipe.js'

export interface DebianBaseOptions {
  /** Text of templates/images/base/build.sh. */
  readonly script: string
  readonly mirror: string
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
}

const SUITE = 'trixie'
const LINES_SHOWN = 20

/** Makes the base image with debootstrap, from the mirror of this machine's own packages. */
export async function debianBase(
  docker: Docker,
  {script, mirror, onProgress, signal}: DebianBaseOptions,
): Promise<void> {
  signal.throwIfAborted()
  const root = (await execa('id', ['-u'])).stdout === '0'
  const child = execa(root ? 'sh' : 'sudo', [...(root ? [] : ['-n', 'sh']), '-c', script, 'build.sh', SUITE, mirror], {
    buffer: false,
    reject: false,
    stripFinalNewline: false,
  })
  // The script cleans up and ends by itself when this closes; a signal would not reach what sudo started.
  const stop = () => child.stdin.end()
  signal.addEventListener('abort', stop, {once: true})

  const output: string[] = []
  const reading = (async () => {
    for await (const line of child.iterable({from: 'stderr'})) {
      output.push(line)
      if (output.length > LINES_SHOWN) output.shift()
      const step = /^I: (.*)/.exec(line)?.[1]
      if (step) onProgress(step)
    }
  })()
  try {
    // Named only when the script has succeeded: a tar that was cut off may look like a whole one.
    await importImage(docker, child.stdout, BASE_IMAGE, signal, async () => {
      const {exitCode} = await child
      signal.throwIfAborted()
      if (exitCode !== 0) throw await failed(mirror, root, reading, output)
    })
  } catch (error) {
    stop()
    const {exitCode, failed: didFail} = await child
    signal.throwIfAborted()
    if (error instanceof LabError) throw error
    throw didFail && exitCode !== 0 ? await failed(mirror, root, reading, output) : error
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

async function failed(mirror: string, root: boolean, reading: Promise<void>, output: readonly string[]) {
  await reading.catch(() => undefined)
  return new LabError(
    'image-unavailable',
    `The image ${BASE_IMAGE} can't be made: debootstrap ${SUITE} from ${mirror}${root ? '' : ', through sudo,'} failed.`,
    {next: ['sudo apt-get install debootstrap', 'sudo apim-lab up'], evidence: [...output]},
  )
}
