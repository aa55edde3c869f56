import {setTimeout as delay} from 'node:timers/promises'
import type Docker from 'dockerode'
import type {Exec} from 'dockerode'
import type {ExecOptions, ExecTerminal} from './engine.js'
import {isNotFound} from './engine-errors.js'

const RESIZE_TRIES = 10
const RESIZE_MS = 20
const END_TRIES = 50
const END_MS = 20

/** Runs a command in a container, joined to our own streams. Returns its exit status; an abort leaves it to itself. */
export async function execIn(docker: Docker, container: string, options: ExecOptions): Promise<number> {
  const {command, user, terminal, signal} = options
  const {tty, term, stdin, stdout, stderr} = terminal
  const exec = await docker.getContainer(container).exec({
    Cmd: [...command],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: tty,
    ...(user !== undefined && {User: user}),
    ...(tty && term !== undefined && {Env: [`TERM=${term}`]}),
  })
  const stream = await exec.start({hijack: true, stdin: true, Tty: tty})
  const stop = () => stream.destroy()
  signal.addEventListener('abort', stop, {once: true})
  const leave = tty ? enterTerminal(exec, terminal) : () => undefined
  try {
    const ended = new Promise<void>(resolve => {
      // What is written to a command that has ended already is lost, and no failure.
      for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve())
      stream.on('error', () => undefined)
    })
    if (tty) stream.pipe(stdout, {end: false})
    else docker.modem.demuxStream(stream, stdout, stderr)
    stdin.pipe(stream)
    await ended
    signal.throwIfAborted()
    return await exitStatusOf(exec)
  } finally {
    leave()
    signal.removeEventListener('abort', stop)
    stream.unpipe(stdout)
    stdin.unpipe(stream)
    // An input that nobody closes would keep this process alive.
    stdin.destroy()
    stream.destroy()
  }
}

/** Keys and size go to the container from now on. Returns what puts the terminal right. */
function enterTerminal(exec: Exec, {stdin, stdout}: ExecTerminal): () => void {
  const resize = () => exec.resize({h: stdout.rows ?? 0, w: stdout.columns ?? 0})
  const later = () => void resize().catch(() => undefined)
  void firstResize(resize)
  stdout.on('resize', later)
  const wasRaw = stdin.isRaw
  stdin.setRawMode(true)
  return () => {
    stdout.off('resize', later)
    stdin.setRawMode(wasRaw)
  }
}

/** The engine answers the start before the terminal is there. */
async function firstResize(resize: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < RESIZE_TRIES; i++) {
    try {
      await resize()
      return
    } catch {
      await delay(RESIZE_MS)
    }
  }
}

/** The output ends a little before the engine notes the status. */
async function exitStatusOf(exec: Exec): Promise<number> {
  try {
    for (let i = 0; i < END_TRIES; i++) {
      const {Running, ExitCode} = await exec.inspect()
      if (!Running && ExitCode !== null) return ExitCode
      await delay(END_MS)
    }
  } catch (error) {
    // The container went away with the command in it.
    if (!isNotFound(error)) throw error
  }
  return 1
}
