export interface SplitArguments {
  /** Ours: flags and the node. */
  readonly own: readonly string[]
  /** The command's own, as they were typed. */
  readonly command: readonly string[]
}

/** Flags of ours that take the next argument as their value. */
const VALUED = ['--lab', '-l']

/**
 * Splits the arguments of `exec`: what follows `--` is the command's, untouched. Without `--` the command begins at the second
 * argument that is no flag. Done here since oclif sorts arguments that occur twice.
 */
export function splitCommand(argv: readonly string[]): SplitArguments {
  const dashes = argv.indexOf('--')
  if (dashes !== -1) return {own: argv.slice(0, dashes), command: argv.slice(dashes + 1)}
  let seen = 0
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (VALUED.includes(word)) i++
    else if (!word.startsWith('-')) seen++
    if (seen === 2) return {own: argv.slice(0, i), command: argv.slice(i)}
  }
  return {own: argv, command: []}
}
