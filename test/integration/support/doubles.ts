import type Docker from 'dockerode'
import {randomBytes} from 'node:crypto'
import {archive} from '../../../src/engine/images/archive.js'
import {buildImage} from '../../../src/engine/images/build.js'
import type {Recipe} from '../../../src/engine/images/recipe.js'
import {helperImage} from '../../../src/lab/images/image-source.js'
import {eventually} from '../../support/eventually.js'
import {docker, TestLab} from './test-lab.js'

/** The image that doubles are built on; its content is made sure of by `ensureBase`. */
export async function ensureBase(): Promise<string> {
  const lab = await TestLab.create('double-base')
  try {
    const {exitCode, stderr} = await lab.up('--dry-run')
    if (exitCode !== 0) throw new Error(String(stderr))
    const {stdout} = await lab.run(['--version'])
    return helperImage(/apim-lab\/(\S+)/.exec(String(stdout))?.[1] ?? '')
  } finally {
    await lab.remove()
  }
}

/** Builds doubles. Unchanged ones cost little: the engine knows their layers. */
export async function buildAll(recipes: readonly Recipe[]): Promise<void> {
  for (const recipe of recipes)
    await buildImage(docker, recipe, {onProgress: () => undefined, signal: new AbortController().signal})
}

/** Removes the names; layers that a container still uses stay until it is gone. */
export async function removeImages(tags: readonly string[]): Promise<void> {
  for (const tag of tags)
    await docker
      .getImage(tag)
      .remove({force: true})
      .catch(() => undefined)
}

export interface RunOptions {
  readonly image: string
  readonly command?: readonly string[]
  readonly env?: readonly string[]
  /** Text of files that are in the container before it starts, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Folders that hide what the image has there, as a fresh volume of some engines does. */
  readonly emptyFolders?: readonly string[]
}

/** Single containers of an image, without a lab around them. */
export class Doubles {
  readonly #label = `apim-lab-double-${randomBytes(4).toString('hex')}`

  async run({image, command = [], env = [], files = {}, emptyFolders = []}: RunOptions): Promise<DoubleContainer> {
    const container = await docker.createContainer({
      Image: image,
      Cmd: [...command],
      Env: [...env],
      Labels: {[this.#label]: ''},
      // Its log is then one stream of text.
      Tty: true,
      HostConfig: {
        NetworkMode: 'none',
        Tmpfs: Object.fromEntries(emptyFolders.map(path => [path, 'uid=802,gid=802'])),
      },
    })
    const entries = Object.entries(files).map(
      ([path, content]) => [path.slice(1), {content: Buffer.from(content), mode: 0o644}] as const,
    )
    if (entries.length > 0) await container.putArchive(await archive(new Map(entries)), {path: '/'})
    await container.start()
    return new DoubleContainer(container)
  }

  async removeAll(): Promise<void> {
    for (const {Id} of await docker.listContainers({all: true, filters: {label: [this.#label]}}))
      await docker.getContainer(Id).remove({force: true, v: true})
  }
}

export class DoubleContainer {
  constructor(readonly container: Docker.Container) {}

  async log(): Promise<string> {
    return (await this.container.logs({stdout: true, stderr: true})).toString().replaceAll('\r', '')
  }

  /** Its log, once it has this in it. */
  says(pattern: RegExp): Promise<string> {
    const ask = async () => {
      const log = await this.log()
      return pattern.test(log) && log
    }
    return eventually(String(pattern), ask, 30_000)
  }

  /** Its exit code. */
  async ended(): Promise<number> {
    return ((await this.container.wait()) as {StatusCode: number}).StatusCode
  }

  shell(script: string): Promise<string> {
    return shell(this.container, script)
  }
}

/** What a script inside a container prints; throws with it where the script fails. */
export async function shell(container: Docker.Container, script: string): Promise<string> {
  const exec = await container.exec({Cmd: ['sh', '-c', script], AttachStdout: true, AttachStderr: true, Tty: true})
  const stream = await exec.start({Tty: true})
  let output = ''
  for await (const chunk of stream) output += String(chunk)
  if ((await exec.inspect()).ExitCode !== 0) throw new Error(output)
  return output.replaceAll('\r', '').trim()
}
