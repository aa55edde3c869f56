import type Docker from 'dockerode'
import {until} from './until.js'

const PATIENCE_MS = 20_000

/** Pauses a container. On a busy machine runc 1.1 gives up before all processes stand still ("unable to freeze"): then it is asked again. */
export const pauseContainer = (container: Docker.Container): Promise<unknown> =>
  until(
    'the container to be paused',
    async () => {
      try {
        await container.pause()
        return true
      } catch (error) {
        if (!String(error).includes('unable to freeze')) throw error
        return false
      }
    },
    PATIENCE_MS,
  )
