import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {ROOT} from './lab.js'

export interface Fence {
  /** Empty where the text names none. */
  readonly language: string
  readonly content: string
  /** Of its first line, counted from 1. */
  readonly line: number
}

export interface Block {
  readonly script: string
  /** Exit status that the text says. */
  readonly status: number
  /** Lines that the text shows of the output. */
  readonly shown: readonly string[]
  /** The document that it shows of what stands on standard output. */
  readonly document?: unknown
  readonly line: number
}

/** Pages that people write, by their path: docs/lint is generated from the rules. */
export const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pagesIn('docs')]

/**
 * Lines that the test of the pages does not run, and why. Everything else that a page tells to type is run as it stands.
 */
export const NOT_RUN: Readonly<Record<string, string>> = {
  'npm test': 'it runs this very test',
  'npm ci': 'it removes the modules that the test runs on',
  'npm run build': 'what it makes is in use meanwhile',
  'node --import tsx test/run.ts checks': 'a suite of the same run',
  'npm run bench': 'it takes minutes of a machine that does nothing else',
  'npm run bench -- --only compose,idle --load --json /tmp/bench.json': 'the same',
  'npx mocha --watch test/unit/model/names.test.ts': 'it never ends',
  'UPDATE_GOLDEN=1 node --import tsx test/run.ts golden': 'it writes into the checkout',
}

function pagesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder))
    .filter(name => name.endsWith('.md'))
    .toSorted()
    .map(name => `${folder}/${name}`)
}

export const pageText = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

const OPEN = /^```(\w*)$/
const STATUS = /^<!-- exit (\d+) -->$/

/** Every fenced block of a Markdown text. Throws where one is not closed. */
export function fences(markdown: string): readonly Fence[] {
  const lines = markdown.split('\n')
  const found: Fence[] = []
  for (let i = 0; i < lines.length; i++) {
    const language = OPEN.exec(lines[i]!)?.[1]
    if (language === undefined) continue
    const end = lines.indexOf('```', i + 1)
    if (end < 0) throw new Error(`the block in line ${i + 1} is not closed`)
    found.push({language, content: lines.slice(i + 1, end).join('\n'), line: i + 2})
    i = end
  }
  return found
}

/** Every `sh` block of a Markdown text, with the `text` blocks and the first `json` block that follow it. */
export function commandBlocks(markdown: string): readonly Block[] {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  for (const {language, content, line} of fences(markdown)) {
    // The comment stands above the fence, a blank line between.
    const status = Number(STATUS.exec(lines[line - 4] ?? '')?.[1] ?? 0)
    if (language === 'sh') blocks.push({script: content, status, shown: [], line})
    const last = blocks.at(-1)
    if (!last) continue
    if (language === 'text') blocks[blocks.length - 1] = {...last, shown: [...last.shown, ...content.split('\n')]}
    if (language === 'json' && last.document === undefined)
      blocks[blocks.length - 1] = {...last, document: JSON.parse(content)}
  }
  return blocks
}

/** Where the links and pictures of a Markdown text lead, but for those that leave this repository. */
export const linksOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter(target => !/^[a-z]+:/.test(target))

/** The anchors that headings of a Markdown text have. */
export const anchorsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** Whether the test of the pages runs it: a block is run whole, or not at all. */
export const isRun = ({script}: Block): boolean => !script.split('\n').every(line => line in NOT_RUN)

/** What some messages end with on a machine that is busy. */
const LOAD = / \(load [\d.]+ on \d+ cores?\)/

/** A line without what differs from run to run: numbers, how wide a column is, and that the machine was busy. */
export const alike = (line: string): string =>
  line.replace(LOAD, '').replaceAll(/\d+/g, '0').replaceAll(/\s+/g, ' ').trim()

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Where a document differs in shape from the one that a page shows: keys and types. Of an array the page shows some elements; null
 * stands for a value that may be missing.
 */
export function shapeFault(shown: unknown, actual: unknown, path = 'document'): string | undefined {
  if (shown === null || actual === null) return undefined
  if (Array.isArray(shown)) {
    if (!Array.isArray(actual)) return `${path} is no array`
    const faults = shown.map((one, i) => {
      const each = actual.map(other => shapeFault(one, other, `${path}[${i}]`))
      return each.includes(undefined) ? undefined : (each[0] ?? `${path} is empty`)
    })
    return faults.find(fault => fault !== undefined)
  }
  if (isObject(shown)) {
    if (!isObject(actual)) return `${path} is no object`
    const keys = [...new Set([...Object.keys(shown), ...Object.keys(actual)])]
    const odd = keys.find(key => !(key in shown) || !(key in actual))
    if (odd !== undefined) return `${path}.${odd} is ${odd in shown ? 'not there' : 'not on the page'}`
    return keys.map(key => shapeFault(shown[key], actual[key], `${path}.${key}`)).find(fault => fault !== undefined)
  }
  return typeof shown === typeof actual ? undefined : `${path} is a ${typeof actual}, not a ${typeof shown}`
}
