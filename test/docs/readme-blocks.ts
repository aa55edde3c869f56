export interface Block {
  readonly script: string
  /** Exit status that the text says. */
  readonly status: number
  /** Lines that the text shows of the output. */
  readonly shown: readonly string[]
  readonly line: number
}

const FENCE = /^```(\w*)$/

/** Every `sh` block of a Markdown text, with the `text` block that follows it. */
export function commandBlocks(markdown: string): readonly Block[] {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  let status = 0
  for (let i = 0; i < lines.length; i++) {
    status = Number(/^<!-- exit (\d+) -->$/.exec(lines[i]!)?.[1] ?? status)
    const language = FENCE.exec(lines[i]!)?.[1]
    if (language === undefined) continue
    const end = lines.indexOf('```', i + 1)
    const content = lines.slice(i + 1, end)
    if (language === 'sh') blocks.push({script: content.join('\n'), status, shown: [], line: i + 2})
    if (language === 'text') blocks.push({...blocks.pop()!, shown: content})
    if (language === 'sh') status = 0
    i = end
  }
  return blocks
}

/** A line without what differs from run to run: numbers and how wide a column is. */
export const alike = (line: string): string => line.replaceAll(/\d+/g, '0').replaceAll(/\s+/g, ' ').trim()
