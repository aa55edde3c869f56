import type {Hook} from '@oclif/core'
import {errorDocument, errorText, exitStatus} from '../cli/show-error.js'
import {unknownCommand} from '../cli/usage.js'

/** Tells of a word that is no command as every other error is told, JSON included. */
const hook: Hook.CommandNotFound = async ({id, argv = [], config}) => {
  const error = unknownCommand(
    id,
    config.commands.filter(({hidden}) => !hidden).map(command => command.id),
  )
  const json = [id, ...argv].includes('--json')
  if (json) process.stdout.write(`${JSON.stringify(errorDocument(error), undefined, 2)}\n`)
  else process.stderr.write(errorText(error))
  process.exitCode = exitStatus(error)
}

export default hook
