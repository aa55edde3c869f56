import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('../../src/mini', import.meta.url))

const IMPORT = /^(?:import|export)\b[^'";]*? from '(\.[^']+)'/gm

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, path = '']) =>
    join(dirname(file), path.replace(/\.js$/, '.ts')),
  )

/** The first circle of imports, types' too, that one gets into from these files. */
const circleOf = (graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined => {
  const done = new Set<string>()
  const visit = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of graph.get(file) ?? []) {
      const found = visit(next, [...way, file])
      if (found) return found
    }
    done.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const found = visit(file, [])
    if (found) return found
  }
  return undefined
}

describe('imports of mini', () => {
  const files = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(it => it.endsWith('.ts'))
  const graph = new Map(files.map(it => [join(root, it), importsOf(join(root, it))]))

  it('go one way: no file is part of what it imports', () => {
    assert.ok([...graph.values()].flat().length > 500)
    assert.deepEqual(
      circleOf(graph)?.map(it => relative(root, it)),
      undefined,
    )
  })

  it('a circle would be found', () =>
    assert.deepEqual(
      circleOf(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
      ['b', 'c', 'b'],
    ))
})
