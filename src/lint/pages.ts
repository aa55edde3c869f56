import {EXAMPLES} from './examples/index.js'
import {indexText, pageText} from './page.js'
import {RULES} from './rules/index.js'

/** The pages of docs/lint, by file name. */
export const allPages = (): Readonly<Record<string, string>> => ({
  'README.md': indexText(RULES),
  ...Object.fromEntries(RULES.map(rule => [`${rule.code}.md`, pageText(rule, EXAMPLES[rule.code]!)])),
})
