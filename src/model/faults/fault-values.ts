import {durationMs, durationText} from '../duration.js'

/** What a fault is given: how it is written, read and told. */
export interface FaultValue<T = number> {
  /** In help: `P%`. */
  readonly shown: string
  /** What would be right, for an error. */
  readonly expected: string
  /** Undefined for what is none. */
  readonly parse: (text: string) => T | undefined
  readonly text: (value: T) => string
}

const within = (value: number, least: number, most: number) => (value >= least && value <= most ? value : undefined)

const LONGEST_DELAY_MS = 60_000
const FASTEST_KBIT = 10_000_000
const MOST_CPUS = 1024

/** Of packages. */
export const PERCENT: FaultValue = {
  shown: 'P%',
  expected: 'a percentage from 0.1% to 100%',
  parse: text => {
    const number = /^(\d+(?:\.\d+)?)%?$/.exec(text)?.[1]
    return number === undefined ? undefined : within(Number(number), 0.1, 100)
  },
  text: value => `${value} %`,
}

/** In milliseconds. */
export const DELAY: FaultValue = {
  shown: 'MS',
  expected: 'a time from 1ms to 60s, such as 300ms',
  parse: text => within(durationMs(/^\d+$/.test(text) ? `${text}ms` : text) ?? 0, 1, LONGEST_DELAY_MS),
  text: durationText,
}

const BITS_KBIT: Readonly<Record<string, number>> = {'': 1, kbit: 1, mbit: 1000, gbit: 1_000_000}

/** In kbit/s. */
export const RATE: FaultValue = {
  shown: 'KBIT',
  expected: 'a rate from 1kbit to 10gbit a second, such as 64kbit',
  parse: text => {
    const [, number, unit] = /^(\d+(?:\.\d+)?)(kbit|mbit|gbit)?$/i.exec(text) ?? []
    if (number === undefined) return undefined
    return within(Number(number) * BITS_KBIT[(unit ?? '').toLowerCase()]!, 1, FASTEST_KBIT)
  },
  text: value => `${value} kbit/s`,
}

/** In processors. */
export const CPUS: FaultValue = {
  shown: 'CPUS',
  expected: 'processors, at least 0.01, such as 0.2',
  parse: text => (/^\d+(\.\d+)?$/.test(text) ? within(Number(text), 0.01, MOST_CPUS) : undefined),
  text: value => `${value} processors`,
}

const LONGEST_PATH = 512

/** Of a folder inside of a node, as mounting can name it. */
export const FOLDER: FaultValue<string> = {
  shown: 'PATH',
  expected: 'the path of a folder in the node, such as /tmp; not /',
  parse: text => {
    const path = text.replace(/\/+$/, '')
    const isUsable = /^(\/[^/,:\\"\p{Cc}]+)+$/u.test(path) && !/\/\.{1,2}(\/|$)/.test(path)
    return isUsable && path.length <= LONGEST_PATH ? path : undefined
  },
  text: path => path,
}
