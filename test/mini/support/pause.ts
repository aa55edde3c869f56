import type Docker from 'dockerode'

const PATIENCE_MS = 20_000

/** Pauses a container. On a busy machine runc 1.1 gives up before all processes stand still ("unable to freeze"): then it is asked again. */
export async function pauseContainer(container: Docker.Container): Promise<void> {
  for (const ends = Date.now() + PATIENCE_MS; ;) {
    try {
      return void (await container.pause())
    } catch (error) {
      if (!String(error).includes('unable to freeze') || Date.now() > ends) throw error
    }
  }
}
