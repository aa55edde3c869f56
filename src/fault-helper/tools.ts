import {execFile} from 'node:child_process'

const LIMIT_MS = 10_000

/** Runs a program of the image and gives its output. Throws what it complained of. */
export function tool(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, {timeout: LIMIT_MS}, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command}: ${stderr.trim().split('\n')[0] || error.message}`, {cause: error}))
      else resolve(stdout)
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}
