import {createInterface} from 'node:readline/promises'
import type {Reporter} from '../report/reporter.js'

/** Asks on the terminal; anything but y or yes is a no. */
export const confirmOnTerminal =
  (reporter: Reporter) =>
  async (question: string): Promise<boolean> => {
    reporter.end()
    const lines = createInterface({input: process.stdin, output: process.stderr})
    try {
      return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
    } finally {
      lines.close()
    }
  }
