import {appendFileSync, mkdirSync} from 'node:fs'
import {dirname} from 'node:path'
import type {LocalDatabase} from './config/local-databases.js'
import {reasonOf, StartFailure} from './failure.js'

/** A database that is a file of this node: JSON lines, only ever appended to. */
export interface LocalStore {
  readonly name: string
  readonly file: string
  append(record: Readonly<Record<string, unknown>>): void
}

/** Opens the store, creating its file. Throws StartFailure if that can't be done. */
export function openLocalStore({name, path}: LocalDatabase): LocalStore {
  const file = `${path}.jsonl`
  const write = (text: string) => {
    try {
      appendFileSync(file, text)
    } catch (error) {
      throw new StartFailure(`local database ${name}: ${file} can't be written: ${reasonOf(error)}`)
    }
  }
  try {
    mkdirSync(dirname(file), {recursive: true})
  } catch (error) {
    throw new StartFailure(`local database ${name}: ${dirname(file)} can't be made: ${reasonOf(error)}`)
  }
  write('')
  return {name, file, append: record => write(`${JSON.stringify(record)}\n`)}
}
