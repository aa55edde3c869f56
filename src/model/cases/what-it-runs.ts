import {labBlockOf, PHASES, stepsOf, type Case} from './case.js'
import {rowOf} from './step.js'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

type Tell = (value: unknown, place: string) => readonly string[]

const named = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.map(named).join(', ')
      : Object.entries((value ?? {}) as object)
          .map(([key, own]) => (typeof own === 'string' ? `${own} as ${key}` : key))
          .join(', ')

const file: Tell = (value, place) => [`file in ${place}: ${named(value)}`]

/** By the key that a lab file has for it: what reaches beyond what the lab renders itself. */
const TOLD: Readonly<Record<string, Tell>> = {
  image: (value, place) => [`image of ${place}: ${named(value)}`],
  registry: value => [`images from ${named(value)}`],
  files: file,
  patches: file,
  dropins: file,
  config: file,
  keyStore: file,
  trustStore: file,
  driver: file,
  environment: (value, place) => [`environment of ${place}: ${Object.keys((value ?? {}) as object).join(', ')}`],
  address: value =>
    LOOPBACK.includes(String(value)) ? [] : [`ports are open on ${named(value)}, not on this machine alone`],
}

function ofLab(value: unknown, above: readonly string[]): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, own]) => {
    const tell = Object.hasOwn(TOLD, key) ? TOLD[key] : undefined
    return tell ? tell(own, above.at(-1) ?? 'the lab') : ofLab(own, [...above, key])
  })
}

/** Files by their paths, as a lab file names them. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const {path} = value as {readonly path?: unknown}
  if (typeof path === 'string') return path
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, plain(own)]))
}

/** What a case would run, fetch and open, in lines: for whoever got it from somebody else. `settings`: those of the snapshot's lab. */
export function whatItRuns(one: Case, settings: object = {}): readonly string[] {
  const steps = PHASES.flatMap(phase =>
    stepsOf(one, phase).flatMap(step => {
      const {kind, input} = rowOf(step)
      return kind.warns?.(input) ?? []
    }),
  )
  return [...ofLab(labBlockOf(one), []), ...ofLab(plain(settings), []), ...steps]
}
