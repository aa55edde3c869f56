import type {VerifyResult, VerifyStep} from '../lab/verify/verify.js'

const SECOND_MS = 1000

const ESCAPES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'}

/** XML 1.0 has no way to say these, not even escaped. */
const FORBIDDEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

const escaped = (text: string) => text.replace(FORBIDDEN, '\uFFFD').replace(/[&<>"]/g, sign => ESCAPES[sign]!)

/** In an attribute a line break would become a space. */
const attribute = (text: string) => escaped(text).replace(/[\t\n\r]/g, sign => `&#${sign.charCodeAt(0)};`)

function outcome({ok, skipped, detail, links, failure}: VerifyStep): string {
  if (skipped) return `<skipped message="${attribute(detail)}"/>`
  if (ok) return ''
  const log = failure?.log ?? []
  const text = [detail, ...links, ...log].join('\n')
  return `<failure message="${attribute(failure?.expected ?? detail)}">${escaped(text)}</failure>`
}

/** What `verify` found as JUnit XML: a test case a step. */
export function verifyJunit({lab, release, steps}: VerifyResult): string {
  const count = (wanted: (step: VerifyStep) => boolean | undefined) => steps.filter(wanted).length
  const time = (ms: number) => (ms / SECOND_MS).toFixed(3)
  const figures = [
    `tests="${steps.length}"`,
    `failures="${count(({ok, skipped}) => !ok && !skipped)}"`,
    'errors="0"',
    `skipped="${count(({skipped}) => skipped)}"`,
    `time="${time(steps.reduce((sum, {ms}) => sum + ms, 0))}"`,
  ].join(' ')
  const cases = steps.map(step => {
    const {name, title, ms} = step
    const named = `classname="${attribute(`${lab}.verify`)}" name="${attribute(`${name}: ${title}`)}" time="${time(ms)}"`
    return `    <testcase ${named}>${outcome(step)}</testcase>`
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${figures}>`,
    `  <testsuite name="${attribute(`apim-lab verify, lab ${lab}, release ${release}`)}" ${figures}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}
