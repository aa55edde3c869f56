import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {ROOT} from './lab.js'

const EXPECTED = join(ROOT, 'test/golden/expected')

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, {recursive: true, withFileTypes: true})
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .toSorted()
    : []

/** Compares a tree of files with the one kept below test/golden/expected; UPDATE_GOLDEN=1 keeps it instead. */
export function assertGolden(name: string, files: Readonly<Record<string, string>>): void {
  const folder = join(EXPECTED, name)
  if (process.env['UPDATE_GOLDEN']) {
    rmSync(folder, {recursive: true, force: true})
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), {recursive: true})
      writeFileSync(join(folder, path), content)
    }
    return
  }
  assert.deepEqual(Object.keys(files).toSorted(), filesBelow(folder), `${name}: the list of files`)
  for (const [path, content] of Object.entries(files))
    assert.equal(content, readFileSync(join(folder, path), 'utf8'), `${name}/${path}`)
}
