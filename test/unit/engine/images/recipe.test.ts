import assert from 'node:assert/strict'
import {join} from 'node:path'
import {readTemplates} from '../../../../src/disk/templates.js'
import {localRecipe, SOURCE_HASH} from '../../../../src/engine/images/recipe.js'
import {BASE_IMAGE} from '../../../../src/model/local-images.js'
import type {LocalImage} from '../../../../src/model/local-images.js'

const TEMPLATES = join(import.meta.dirname, '../../../../templates')
const files = new Map([
  ['a.sh', 'echo'],
  ['b.cnf', 'x'],
])

describe('localRecipe', () => {
  let templates: ReadonlyMap<string, string>
  before(async () => void (templates = await readTemplates(TEMPLATES)))

  const recipe = (image: LocalImage, more: Partial<Parameters<typeof localRecipe>[1]> = {}) =>
    localRecipe(image, {
      version: '1.2.3',
      templates,
      files,
      base: BASE_IMAGE,
      mirror: 'http://mirror.example/debian',
      ...more,
    })
  const hash = (...args: Parameters<typeof recipe>) => recipe(...args).labels[SOURCE_HASH]
  const dockerfile = (...args: Parameters<typeof recipe>) => String(recipe(...args).files.get('Dockerfile')?.content)

  it('names the image and hands the mirror to the build', () => {
    const {tag, buildArgs} = recipe('load-balancer')
    assert.equal(tag, 'apim-lab/load-balancer:1.2.3')
    assert.deepEqual(buildArgs, {MIRROR: 'http://mirror.example/debian'})
  })

  it('makes scripts executable', () => {
    const {files} = recipe('mysql')
    assert.equal(files.get('a.sh')?.mode, 0o755)
    assert.equal(files.get('b.cnf')?.mode, 0o644)
  })

  it('installs Node only where the base has none', () => {
    assert.match(dockerfile('mini'), /^FROM apim-lab\/base:trixie$/m)
    assert.match(dockerfile('mini'), /apt-get install .* nodejs/)
    assert.match(dockerfile('mini', {base: 'node:20-slim'}), /^FROM node:20-slim$/m)
    assert.doesNotMatch(dockerfile('mini', {base: 'node:20-slim'}), /apt-get/)
  })

  it('hashes every file, its path and its text, and the Dockerfile', () => {
    const all = [
      hash('mini'),
      hash('mini', {base: 'node:20-slim'}),
      hash('mini', {files: new Map([...files, ['c', '']])}),
      hash('mini', {files: new Map([...files, ['a.sh', 'echo2']])}),
      hash('mini', {
        files: new Map([
          ['a.sh', 'echo'],
          ['c.cnf', 'x'],
        ]),
      }),
      hash('mini', {
        files: new Map([
          ['a.sh', 'ech'],
          ['ob.cnf', 'x'],
        ]),
      }),
    ]
    assert.equal(new Set(all).size, all.length)
  })

  it('hashes neither the mirror nor the order of the files', () => {
    assert.equal(hash('mysql', {mirror: 'http://other.example/debian'}), hash('mysql'))
    assert.equal(hash('mysql', {files: new Map([...files].reverse())}), hash('mysql'))
  })

  for (const image of ['mini', 'mysql', 'load-balancer'] as const) {
    it(`names no mirror in the image ${image}`, () => assert.doesNotMatch(dockerfile(image), /https?:/))
  }
})
