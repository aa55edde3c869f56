import type {Example} from './examples/example.js'
import type {Rule} from './rule.js'

const block = (text: string) => `\`\`\`toml\n${text.trim()}\n\`\`\``

const files = (all: Example['bad']) =>
  all.map(({file, text}) => (all.length > 1 ? `\`${file}\`\n\n${block(text)}` : block(text))).join('\n\n')

const HEAD = '<!-- Made from src/lint by `npm run docs`. -->'

/** The page of one code, in Markdown. */
export const pageText = ({code, severity, title, why, looksLike, fix}: Rule, {release, bad, good}: Example): string =>
  [
    HEAD,
    `# ${code}`,
    `${title}. Usually ${severity === 'error' ? 'an error' : `a ${severity}`}.`,
    '## Why it breaks',
    why,
    '## What it looks like',
    looksLike,
    '## What to do',
    fix,
    `## Example, ${release}`,
    'Wrong:',
    files(bad),
    'Right:',
    files(good),
    '',
  ]
    .join('\n\n')
    .trimEnd() + '\n'

/** The list of all codes, in Markdown. */
export const indexText = (rules: readonly Rule[]): string =>
  [
    HEAD,
    '# What `apim-lab lint` finds',
    '`apim-lab lint [DIR|FILE...]` checks `deployment.toml` files, config maps that hold them, or the lab, without an engine.',
    rules.map(({code, severity, title}) => `- [${code}](${code}.md) (${severity}): ${title}`).join('\n'),
  ].join('\n\n') + '\n'
