import type Docker from 'dockerode'
import type {Readable} from 'node:stream'
import {LabError} from '../../errors.js'

/** dockerode's own call, missing in its types. */
interface WithGetImages {
  getImages(options: {readonly names: readonly string[]; readonly abortSignal: AbortSignal}): Promise<Readable>
}

const BLOCK = 512

/**
 * The archive of several images, as `docker save` makes it. An engine that fails on the way writes the reason behind what it has
 * sent and ends as if all were well, so the end is checked: a tar ends with zeros.
 */
export async function* savedImages(
  docker: Docker,
  names: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  signal.throwIfAborted()
  const answer = await (docker as unknown as WithGetImages).getImages({names, abortSignal: signal})
  const stop = () => answer.destroy(signal.reason as Error)
  signal.addEventListener('abort', stop, {once: true})
  let tail = Buffer.alloc(0)
  try {
    for await (const chunk of answer) {
      tail = Buffer.concat([tail, (chunk as Buffer).subarray(-BLOCK)]).subarray(-BLOCK)
      yield chunk as Buffer
    }
    signal.throwIfAborted()
    if (tail.length < BLOCK || tail.some(byte => byte !== 0))
      throw new LabError(
        'engine-failed',
        'The engine stopped sending while it saved the images: the archive is incomplete.',
        {
          evidence: reasonIn(tail),
          next: ['apim-lab images save FILE (starts again)', 'docker system df'],
        },
      )
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    answer.destroy()
  }
}

const reasonIn = (tail: Buffer) => {
  const message = /"message":("(?:[^"\\]|\\.)*")/.exec(tail.toString('utf8'))?.[1]
  return message === undefined ? [] : [JSON.parse(message) as string]
}
