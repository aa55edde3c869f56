import type Docker from 'dockerode'
import {Readable} from 'node:stream'
import {LabError} from '../../errors.js'
import {archive, archiveOf} from './archive.js'
import {progressMessages} from './progress-stream.js'
import type {Recipe} from './recipe.js'

export interface BuildOptions {
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
}

const LINES_SHOWN = 20
const STEP = /^Step (\d+)\/(\d+) : (\S+)/

/** Builds an image. */
export async function buildImage(docker: Docker, recipe: Recipe, {onProgress, signal}: BuildOptions): Promise<void> {
  const answer = await send(docker, recipe, signal)
  const output: string[] = []
  for await (const {error, stream} of progressMessages(answer, signal)) {
    if (error !== undefined) throw failed(recipe.tag, error, output)
    for (const line of stream?.split('\n') ?? []) {
      const text = plain(line)
      if (text === '') continue
      output.push(text)
      if (output.length > LINES_SHOWN) output.shift()
      const step = STEP.exec(text)
      if (step) onProgress(`step ${step[1]} of ${step[2]}, ${step[3]}`)
    }
  }
}

async function send(docker: Docker, recipe: Recipe, signal: AbortSignal): Promise<NodeJS.ReadableStream> {
  const options = {
    t: recipe.tag,
    labels: recipe.labels,
    buildargs: recipe.buildArgs,
    rm: true,
    forcerm: true,
    abortSignal: signal,
  }
  const {trees = []} = recipe
  if (trees.length === 0) {
    const context = await archive(recipe.files)
    signal.throwIfAborted()
    // The types know no Buffer, but a Buffer has a length, so the engine need not be sent chunks.
    return docker.buildImage(context as unknown as NodeJS.ReadableStream, options)
  }
  signal.throwIfAborted()
  const context = Readable.from(archiveOf(recipe.files, trees, signal), {objectMode: false})
  let broken: unknown
  context.once('error', error => (broken = error))
  try {
    return await docker.buildImage(context, options)
  } catch (error) {
    signal.throwIfAborted()
    // What the engine says of half a context is only the consequence.
    throw broken ?? error
  } finally {
    context.destroy()
  }
}

/** Without the colours that the engine gives to what went to the standard error. */
const plain = (line: string) => line.replace(/\u001b\[[0-9;]*m/g, '').trimEnd()

const failed = (tag: string, why: string, output: readonly string[]) =>
  new LabError('image-build-failed', `The image ${tag} can't be built: ${why.trim()}.`, {
    evidence: output,
    next: ['apim-lab up (tries again)', 'apim-lab doctor'],
  })

/** For an image that was built and is not there: something has removed it, or the engine is damaged. */
export const notThere = (tag: string): LabError =>
  new LabError('image-build-failed', `The engine built ${tag} and does not have it.`, {
    next: ['docker images', 'apim-lab doctor'],
  })
