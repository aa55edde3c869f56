import {LabError, messageOf} from '../errors.js'
import {nearest} from '../model/nearest.js'

/** oclif's own complaints about flags and arguments. */
export const isUsage = (error: unknown): boolean =>
  error instanceof Error && 'oclif' in error && (error as {oclif?: {exit?: number}}).oclif?.exit === 2

const SHOWN = 80

const shown = (word: string) => (word.length > SHOWN ? `${word.slice(0, SHOWN)}…` : word)

const orNearest = (word: string, known: readonly string[]) => {
  const near = nearest(word.slice(0, SHOWN), known)
  return near === undefined ? '' : `; did you mean ${near}`
}

/** What oclif says, on one line, without its own hint and what says no more than that something is wrong. */
const oneLine = (message: string) =>
  message
    .replace(/\nSee more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .replace(/\s+/g, ' ')
    .trim()

/** A complaint of oclif's in our own form: one line, the nearest flag, and where the right ones stand. */
export function usageError(error: unknown, command: string, flags: readonly string[]): LabError {
  const {flags: unknown = []} = error as {flags?: readonly string[]}
  const [flag] = unknown
  const message =
    flag === undefined || !messageOf(error).startsWith('Nonexistent')
      ? oneLine(messageOf(error))
      : `There is no flag ${shown(flag)}${orNearest(
          flag,
          flags.map(name => `--${name}`),
        )}.`
  return new LabError('usage-invalid', message, {next: [`apim-lab ${command} --help`], cause: error})
}

/** Words that are no command: `id` is all of them that could be one, joined by colons. */
export function unknownCommand(id: string, commands: readonly string[]): LabError {
  const words = id.split(':')
  // Of a command without arguments the first is taken for a part of its name.
  const own = words.findLastIndex((_, i) => commands.includes(words.slice(0, i + 1).join(':')))
  if (own >= 0) {
    const command = words.slice(0, own + 1).join(' ')
    const argument = JSON.stringify(shown(words.slice(own + 1).join(' ')))
    return new LabError('usage-invalid', `${command} takes no argument ${argument}.`, {
      next: [`apim-lab ${command} --help`],
    })
  }
  const [topic = ''] = words
  const known = commands.map(command => command.replaceAll(':', ' '))
  const help = commands.some(command => command.startsWith(`${topic}:`))
    ? `apim-lab ${topic} --help`
    : 'apim-lab --help'
  const typed = words.join(' ')
  const message = `There is no command ${JSON.stringify(shown(typed))}${orNearest(typed, known)}.`
  return new LabError('usage-invalid', message, {next: [help]})
}
