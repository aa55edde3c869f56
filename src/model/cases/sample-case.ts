import {Document, stringify, visit} from 'yaml'
import type {Case} from './case.js'
import {STEP_KIND_NAMES, STEP_KINDS} from './kinds/index.js'
import type {StepKind} from './step-kind.js'
import type {Step} from './step.js'

const flow = (value: unknown): string => {
  const document = new Document(value)
  visit(document, {
    Collection: (_, node) => {
      node.flow = true
    },
  })
  return document.toString({lineWidth: 0, flowCollectionPadding: false}).trim()
}

/** A line for each kind of step: what it does, and one as it is written. */
const legend = (): readonly string[] =>
  STEP_KIND_NAMES.flatMap(name => {
    const {summary, example}: StepKind = STEP_KINDS[name]
    return [`##   ${summary}:`, `##     - ${name}: ${flow(example)}`]
  })

/** A case as a file of its own. */
export const printCase = (one: Case): string => stringify(one, {lineWidth: 0, aliasDuplicateObjects: false})

/** What a new case shall say; what is left out is that of an example. */
export interface CaseContent {
  readonly name: string
  readonly lab?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string>>
  readonly given?: readonly Step[]
  readonly when?: readonly Step[]
  readonly then?: Case['then']
  /** What has no form in a case, in lines. */
  readonly notes?: readonly string[]
}

const EXAMPLE = {
  given: [
    {api: {name: 'pizza'}},
    {application: {name: 'app'}},
    {subscription: {api: 'pizza', application: 'app'}},
    {token: {application: 'app'}},
  ],
  when: [{call: {path: '${pizza.path}/menu', token: '${app.token}'}, expect: {status: 200}, within: '20s'}],
  then: {
    symptom: [{call: {path: '${pizza.path}/menu', token: 'wrong'}, expect: {status: 200}}],
    absence: [{call: {path: '${pizza.path}/menu', token: 'wrong'}, expect: {status: 401}}],
  },
}

/** The commented case that `case new` writes: one that can be run as it stands. */
export function sampleCase({
  name,
  lab = {},
  files = {},
  given = EXAMPLE.given,
  when = EXAMPLE.when,
  then = EXAMPLE.then,
  notes = [],
}: CaseContent): string {
  const of = (key: string, value: unknown) => stringify({[key]: value}, {lineWidth: 0}).trimEnd()
  return `${[
    '## A bug report that can be run: `apim-lab case run FILE`; `apim-lab case check FILE` finds its mistakes without a lab.',
    '## The name of the case; its lab is called case-NAME.',
    of('name', name),
    of('title', 'What is wrong, in a line'),
    ...notes.map(note => `## ${note}`),
    '# source: [https://github.com/wso2/product-apim/issues/1]',
    '# about: |\n#   What happens, and why.',
    '## The verdict that ends with exit status 0: reproduced or not-reproduced.',
    '# expect: reproduced',
    '',
    '## The lab: what a lab file says (`apim-lab init`), but its name. Files are relative to this one, or stand in `files`.',
    Object.keys(lab).length > 0 ? of('lab', lab) : '# lab: {release: 3.2.0}',
    Object.keys(files).length > 0
      ? of('files', files)
      : '# files:\n#   gateway.toml: |\n#     [apim.cache.gateway_token]\n#     enable = false',
    '',
    '## Steps do one thing each. A step may have `expect`, `within`, `capture`, `timeout` and a `name`:',
    ...legend(),
    '',
    '## What has to be there before. It is done once; each run begins with what it has made.',
    of('given', given),
    '## What leads to the bug.',
    of('when', when),
    '## What shows the bug, when each step is as expected; and what shows that it is not there.',
    of('then', then),
  ].join('\n')}\n`
}
