import type {VerifyResult, VerifyStep} from '../lab/verify/verify.js'
import {junitXml, type JunitCase} from './junit.js'

function caseOf({name, title, ms, ok, skipped, detail, links, failure}: VerifyStep): JunitCase {
  const named = {name: `${name}: ${title}`, ms}
  if (skipped) return {...named, skipped: detail}
  if (ok) return named
  const text = [detail, ...links, ...(failure?.log ?? [])].join('\n')
  return {...named, failure: {message: failure?.expected ?? detail, text}}
}

/** What `verify` found as JUnit XML: a test case a step. */
export const verifyJunit = ({lab, release, steps}: VerifyResult): string =>
  junitXml({
    name: `apim-lab verify, lab ${lab}, release ${release}`,
    className: `${lab}.verify`,
    cases: steps.map(caseOf),
  })
