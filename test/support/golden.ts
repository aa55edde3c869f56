import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {ROOT} from './lab.js'

export const EXPECTED = join(ROOT, 'test/golden/expected')

/** Content of each file, by its path. */
export type Tree = Readonly<Record<string, string>>

/** Paths that the base has and the tree has not, a line each. */
const GONE = '.gone'

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, {recursive: true, withFileTypes: true})
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .toSorted()
    : []

const keptTree = (name: string): Tree =>
  Object.fromEntries(
    filesBelow(join(EXPECTED, name)).map(path => [path, readFileSync(join(EXPECTED, name, path), 'utf8')]),
  )

/** What a tree has that its base has not: new and changed files, and the list of those that are gone. */
export function difference(tree: Tree, base: Tree): Tree {
  const own = Object.fromEntries(Object.entries(tree).filter(([path, content]) => base[path] !== content))
  const gone = Object.keys(base).filter(path => !(path in tree))
  return gone.length === 0
    ? own
    : {
        ...own,
        [GONE]: gone
          .toSorted()
          .map(path => `${path}\n`)
          .join(''),
      }
}

/** The whole tree again, of its base and its difference from it. */
export function whole({[GONE]: gone = '', ...own}: Tree, base: Tree): Tree {
  const paths = new Set(gone.split('\n'))
  return {...Object.fromEntries(Object.entries(base).filter(([path]) => !paths.has(path))), ...own}
}

/** The whole tree that is kept under a name, on the base that it was kept with. */
export const goldenTree = (name: string, base?: string): Tree =>
  base === undefined ? keptTree(name) : whole(keptTree(name), keptTree(base))

/**
 * Compares a tree of files with the one kept below test/golden/expected; UPDATE_GOLDEN=1 keeps it instead. Where a base is given, only
 * the difference from it is kept and compared: what changes in both shows once, in the base's own tree.
 */
export function assertGolden(name: string, files: Tree, base: Tree = {}): void {
  const folder = join(EXPECTED, name)
  const own = difference(files, base)
  if (process.env['UPDATE_GOLDEN']) {
    rmSync(folder, {recursive: true, force: true})
    for (const [path, content] of Object.entries(own)) {
      mkdirSync(dirname(join(folder, path)), {recursive: true})
      writeFileSync(join(folder, path), content)
    }
    return
  }
  const kept = keptTree(name)
  assert.deepEqual(Object.keys(own).toSorted(), Object.keys(kept), `${name}: the list of files`)
  for (const [path, content] of Object.entries(own)) assert.equal(content, kept[path], `${name}/${path}`)
}
