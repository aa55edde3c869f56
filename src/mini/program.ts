import {hostname} from 'node:os'
import {makerOf} from './components/components.js'
import {reasonOf, StartFailure} from './failure.js'
import {carbonLog, gathered} from './log.js'
import {startNode, type NodeOptions, type RunningNode} from './node.js'
import {faceOf, roleOf} from './profiles.js'

/** How long a stopping node gives its databases to say goodbye. */
const GOODBYE_MS = 100

/**
 * Runs a node as this process: role and home from the environment, the log on stdout, one line on stderr and exit code 1 when it can't
 * start, exit code 0 soon after SIGTERM or SIGINT.
 */
export async function runProgram(overrides: Partial<NodeOptions> = {}): Promise<void> {
  const startedAt = new Date(Date.now() - process.uptime() * 1000)
  const node = hostname()
  const lines = gathered(text => process.stdout.write(text))
  process.on('exit', lines.flush)
  const log = carbonLog(lines.write)
  let running: RunningNode | undefined

  const stop = async (signal: string) => {
    log('INFO', 'CarbonServerManager', `${signal}: halting`)
    await Promise.race([running?.close(), new Promise(resolve => setTimeout(resolve, GOODBYE_MS))])
    process.exit(0)
  }
  const die = (error: unknown): never => {
    process.stderr.write(`${node}: ${reasonOf(error)}\n`)
    // A reason its reader can act on needs no stack; anything else is a bug of ours and does.
    if (!(error instanceof StartFailure) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
    process.exit(1)
  }
  process.on('SIGTERM', signal => void stop(signal))
  process.on('SIGINT', signal => void stop(signal))
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)

  try {
    const role = roleOf(process.env.PROFILE_NAME, faceOf(process.env.MINI_FACE))
    const home = process.env.WSO2_SERVER_HOME
    if (!home) throw new StartFailure('WSO2_SERVER_HOME is not set; expected the product home')
    log('INFO', 'CarbonCoreActivator', `Starting ${role.version}, profile ${role.profileName}, as ${node}`)
    running = await startNode({role, makerOf, home, node, env: process.env, log, startedAt, ...overrides})
    await running.failed
  } catch (error) {
    die(error)
  }
}
