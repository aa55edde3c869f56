import type Docker from 'dockerode'
import {LabError} from '../../errors.js'
import {importImage} from './import.js'
import {baseImage} from '../../model/local-images.js'

export interface DebianBaseOptions {
  /** Debian's name of a release of its own: `trixie`. */
  readonly suite: string
  /** Text of templates/images/base/build.sh. */
  readonly script: string
  readonly mirror: string
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
}

const LINES_SHOWN = 20

/** What the script ends with when we stop it. */
const STOPPED = 143

/** Makes the base image of a suite with debootstrap, from the mirror of this machine's own packages. */
export async function debianBase(docker: Docker, options: DebianBaseOptions): Promise<void> {
  const {suite, script, mirror, onProgress, signal} = options
  signal.throwIfAborted()
  const {execa} = await import('execa')
  const root = (await execa('id', ['-u'])).stdout === '0'
  const [command, ...args] = [...(root ? [] : ['sudo', '-n']), 'sh', '-c', script, 'build.sh', suite, mirror]
  const child = execa(command!, args, {buffer: false, reject: false})
  const output: string[] = []
  const reading = follow(child.iterable({from: 'stderr'}), output, onProgress)
  // The script cleans up and ends when this closes; a signal of ours would not reach what sudo started.
  const stop = () => child.stdin.end()
  signal.addEventListener('abort', stop, {once: true})
  try {
    // Named only when the script has succeeded: a tar that was cut off may look like a whole one.
    await importImage(docker, child.stdout, {
      name: baseImage(suite),
      signal,
      check: async () => {
        const {exitCode} = await child
        if (exitCode !== 0) throw new Error(`debootstrap ended with exit code ${exitCode}`)
      },
    })
  } catch (error) {
    stop()
    child.stdout.destroy()
    const {exitCode} = await child
    signal.throwIfAborted()
    if (exitCode === 0 || exitCode === STOPPED) throw error
    // What the engine says of half a tar is only the consequence.
    await reading
    throw failed({suite, mirror, root, output}, error)
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

async function follow(lines: AsyncIterable<string>, output: string[], onProgress: (text: string) => void) {
  try {
    for await (const line of lines) {
      output.push(line)
      if (output.length > LINES_SHOWN) output.shift()
      const step = /^I: (.*)/.exec(line)?.[1]
      if (step) onProgress(step)
    }
  } catch {
    // How the script ended is told by its exit code.
  }
}

interface Build {
  readonly suite: string
  readonly mirror: string
  /** It ran as root. */
  readonly root: boolean
  /** Its last lines. */
  readonly output: readonly string[]
}

const failed = ({suite, mirror, root, output}: Build, cause: unknown) =>
  new LabError(
    'image-unavailable',
    `The image ${baseImage(suite)} can't be made: debootstrap ${suite} from ${mirror}${root ? '' : ', through sudo,'} failed.`,
    {next: ['sudo apt-get install debootstrap', 'sudo apim-lab up'], evidence: output, cause},
  )
