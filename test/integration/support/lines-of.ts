import {createInterface} from 'node:readline'
import type {ResultPromise} from 'execa'
import {eventually} from '../../support/eventually.js'

/** Waits for lines of a command's output, each after the one that was found before; returns the line. */
export function linesOf(command: ResultPromise): (what: RegExp) => Promise<string> {
  const lines: string[] = []
  let from = 0
  createInterface({input: command.stdout!}).on('line', line => lines.push(line))
  return what =>
    eventually(
      `${what}, not ${lines.slice(from).join('\n')}`,
      () => {
        const index = lines.findIndex((line, i) => i >= from && what.test(line))
        if (index < 0) return undefined
        from = index + 1
        return lines[index]
      },
      60_000,
    )
}
