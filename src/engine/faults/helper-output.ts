import {PassThrough} from 'node:stream'
import {createInterface} from 'node:readline'
import type Docker from 'dockerode'
import {attempt} from '../../model/attempt.js'
import type {FaultReport} from '../../model/faults/fault-order.js'

/** What a fault's container says from its start on. */
export interface HelperOutput {
  /** The next report. Throws with its last complaint when it ends without one, and on abort. */
  next(signal: AbortSignal): Promise<FaultReport>
  close(): void
}

/** Listens to a container that is about to start. */
export async function outputOf(docker: Docker, container: Docker.Container): Promise<HelperOutput> {
  const stream = await container.attach({stream: true, stdout: true, stderr: true})
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  docker.modem.demuxStream(stream, stdout, stderr)
  const complaints: string[] = []
  createInterface({input: stderr}).on('line', line => complaints.push(line))
  const reports: FaultReport[] = []
  let isOver = false
  let wake = () => undefined as void
  createInterface({input: stdout}).on('line', line => {
    const report = attempt(() => JSON.parse(line) as FaultReport)
    if (report) reports.push(report)
    wake()
  })
  const over = () => {
    isOver = true
    // What it said last may still be on its way through the streams.
    setImmediate(() => wake())
  }
  for (const event of ['end', 'close', 'error']) stream.once(event, over)
  return {
    async next(signal) {
      for (;;) {
        signal.throwIfAborted()
        const report = reports.shift()
        if (report) return report
        if (isOver) throw new Error(complaints.findLast(line => line.trim() !== '') ?? 'it ended without output')
        await new Promise<void>((resolve, reject) => {
          wake = resolve
          signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true})
        })
      }
    },
    close() {
      if ('destroy' in stream) (stream as unknown as {destroy(): void}).destroy()
    },
  }
}
