import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {z} from 'zod'
import {reasonOf} from './failure.js'

/** Makes a folder whose files are JSON documents by name: `load` leaves out, and tells `failed` of, what fits no schema. */
export function jsonFolder<T extends z.ZodType>(
  folder: string,
  schema: T,
  failed: (file: string, why: string) => void,
) {
  mkdirSync(folder, {recursive: true})
  const fileOf = (name: string) => join(folder, `${name}.json`)
  const read = (name: string): readonly z.output<T>[] => {
    try {
      return [schema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))]
    } catch (error) {
      failed(name, reasonOf(error).slice(0, 200))
      return []
    }
  }
  return {
    load: () =>
      readdirSync(folder)
        .filter(it => it.endsWith('.json'))
        .flatMap(read),
    /** A rename is all or nothing: a crash leaves the old file or the new one. */
    save: (name: string, document: z.output<T>) => {
      // URLs of endpoints may hold an account.
      writeFileSync(`${fileOf(name)}.new`, JSON.stringify(document), {mode: 0o600})
      renameSync(`${fileOf(name)}.new`, fileOf(name))
    },
    remove: (name: string) => rmSync(fileOf(name), {force: true}),
  }
}
