import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {parse as parseToml} from 'smol-toml'
import {parse as parseYaml} from 'yaml'
import {EXIT_STATUS} from '../../src/errors.js'
import {IMAGE_LABELS, LABELS} from '../../src/model/labels.js'
import {ROOT} from '../support/lab.js'
import {anchorsOf, commandBlocks, fences, isRun, linksOf, NOT_RUN, PAGES, pageText} from '../support/markdown.js'

const MOST_LINES_OF_README = 200

/** Each language that a block may have, and what throws where it is none. */
const LANGUAGES: Readonly<Record<string, (text: string) => unknown>> = {
  sh: text => text,
  text: text => text,
  ts: text => text,
  json: JSON.parse,
  toml: parseToml,
  yaml: parseYaml,
}

/** Paths of this repository in backticks; one with `...` or `<name>` stands for several. */
const pathsIn = (text: string) =>
  [...text.matchAll(/`((?:src|test|templates|bin|docs)\/[\w./-]+)`/g)]
    .map(([, path]) => path!)
    .filter(path => !path.includes('...'))

/** What a page has in backticks at the begin of a row of a table or of a heading. */
const listed = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^(?:\|\s*|#+ )`([^`]+)`/gm)].map(([, name]) => name!))

const commandsIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, 'src/commands', folder), {withFileTypes: true}).flatMap(entry =>
    entry.isDirectory() ? commandsIn(entry.name) : [`${folder} ${entry.name.replace(/\.ts$/, '')}`.trim()],
  )

describe('the pages', () => {
  for (const page of PAGES) {
    const text = pageText(page)

    it(`${page}: each block has a language and is well-formed`, () => {
      for (const {language, content, line} of fences(text)) {
        const check = LANGUAGES[language]
        assert.ok(check, `line ${line}: a block has one of ${Object.keys(LANGUAGES).join(', ')}`)
        assert.doesNotThrow(() => check(content), `line ${line}`)
      }
    })

    it(`${page}: links lead somewhere`, () => {
      for (const target of linksOf(text)) {
        const [path = '', anchor] = target.split('#')
        const file = path === '' ? page : join(dirname(page), path)
        assert.ok(existsSync(join(ROOT, file)), target)
        if (anchor !== undefined) assert.ok(anchorsOf(pageText(file)).includes(anchor), target)
      }
    })

    it(`${page}: files that it names are there`, () => {
      assert.deepEqual(
        pathsIn(text).filter(path => !existsSync(join(ROOT, path))),
        [],
      )
    })
  }

  it('have commands, and what is not run of them is known by its line', () => {
    const blocks = PAGES.flatMap(page => commandBlocks(pageText(page)))
    assert.ok(blocks.filter(isRun).length >= 20)
    const typed = blocks.filter(block => !isRun(block)).flatMap(({script}) => script.split('\n'))
    assert.deepEqual(Object.keys(NOT_RUN).toSorted(), [...new Set(typed)].toSorted())
  })

  it('keep the README short', () => {
    assert.ok(pageText('README.md').trimEnd().split('\n').length <= MOST_LINES_OF_README)
  })

  const interfaces = listed(pageText('docs/interfaces.md'))
  it('tell of every error code, label and command, in docs/interfaces.md', () => {
    const labels = [...Object.values(LABELS), ...Object.values(IMAGE_LABELS)]
    const stable = [...Object.keys(EXIT_STATUS), ...labels, ...commandsIn('')]
    assert.deepEqual(
      stable.filter(name => !interfaces.has(name)),
      [],
    )
  })

  it('tell the exit status of every error code as it is, and of no other code', () => {
    const rows = pageText('docs/interfaces.md').matchAll(/^\| `([a-z-]+)` +\| (\d+) +\|/gm)
    assert.deepEqual(Object.fromEntries([...rows].map(([, code, status]) => [code, Number(status)])), EXIT_STATUS)
  })

  it('list no command in the README that is not there, and leave none out', () => {
    const rows = [...pageText('README.md').matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, cell]) => cell!.match(/[a-z]+/g)!)
    assert.deepEqual(rows.toSorted(), [...new Set(commandsIn('').map(name => name.split(' ')[0]!))].toSorted())
  })
})

describe('the help', () => {
  it('says of each group of commands what it is for: otherwise its first command speaks for all', () => {
    const {oclif} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {oclif: {topics: object}}
    const groups = readdirSync(join(ROOT, 'src/commands'), {withFileTypes: true}).filter(entry => entry.isDirectory())
    assert.deepEqual(Object.keys(oclif.topics).toSorted(), groups.map(({name}) => name).toSorted())
  })
})
