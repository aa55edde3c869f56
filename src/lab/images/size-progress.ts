import type {Reporter} from '../../report/reporter.js'

const MB = 1_000_000

export const megabytes = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`

/** Tells how many megabytes have passed, each tenth of one once. */
export function sizeProgress(reporter: Reporter, subject: string, of: string): (bytes: number) => void {
  let last = ''
  return bytes => {
    const text = `${megabytes(bytes)} ${of}`
    if (text === last) return
    last = text
    reporter.on({subject, state: 'working', text, figure: true})
  }
}
