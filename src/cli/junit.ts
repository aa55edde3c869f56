const SECOND_MS = 1000

const ESCAPES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'}

/** XML 1.0 has no way to say these, not even escaped. */
const FORBIDDEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

const escaped = (text: string) => text.replace(FORBIDDEN, '\uFFFD').replace(/[&<>"]/g, sign => ESCAPES[sign]!)

/** In an attribute a line break would become a space. */
const attribute = (text: string) => escaped(text).replace(/[\t\n\r]/g, sign => `&#${sign.charCodeAt(0)};`)

/** A test case of a report: passed where it has neither of the others. */
export interface JunitCase {
  readonly name: string
  readonly ms: number
  /** Why it was not done. */
  readonly skipped?: string
  readonly failure?: {readonly message: string; readonly text: string}
}

export interface JunitSuite {
  readonly name: string
  /** Of all of its test cases. */
  readonly className: string
  readonly cases: readonly JunitCase[]
}

function outcome({skipped, failure}: JunitCase): string {
  if (skipped !== undefined) return `<skipped message="${attribute(skipped)}"/>`
  if (!failure) return ''
  return `<failure message="${attribute(failure.message)}">${escaped(failure.text)}</failure>`
}

const seconds = (ms: number) => (ms / SECOND_MS).toFixed(3)

const figuresOf = (cases: readonly JunitCase[]) =>
  [
    `tests="${cases.length}"`,
    `failures="${cases.filter(({failure}) => failure).length}"`,
    'errors="0"',
    `skipped="${cases.filter(({skipped}) => skipped !== undefined).length}"`,
    `time="${seconds(cases.reduce((sum, {ms}) => sum + ms, 0))}"`,
  ].join(' ')

function suiteLines({name: suite, className, cases}: JunitSuite): readonly string[] {
  const lines = cases.map(one => {
    const named = `classname="${attribute(className)}" name="${attribute(one.name)}" time="${seconds(one.ms)}"`
    return `    <testcase ${named}>${outcome(one)}</testcase>`
  })
  return [`  <testsuite name="${attribute(suite)}" ${figuresOf(cases)}>`, ...lines, '  </testsuite>']
}

/** A report as JUnit XML, of a suite or several. */
export const junitXml = (...suites: readonly JunitSuite[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${figuresOf(suites.flatMap(({cases}) => cases))}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n')
