/** `deployment.toml: |-` in a config map. */
const BLOCK = /^(\s*)(["']?)[\w.-]*deployment\.toml\2\s*:\s*[|>][-+0-9]*\s*(#.*)?$/

const indentOf = (line: string) => line.length - line.trimStart().length

/**
 * The deployment.toml files inside a YAML file, each with as many empty lines before it that lines and columns are those of the YAML. Read
 * by lines, since what Helm fills in makes it no YAML.
 */
export function tomlsInYaml(text: string): readonly string[] {
  const lines = text.split(/\r?\n/)
  return lines.flatMap((line, start) => {
    const match = BLOCK.exec(line)
    if (!match) return []
    const own = match[1]!.length
    const rest = lines.slice(start + 1)
    // What Helm says at the edge of the block belongs to the YAML, not to the file.
    const end = rest.findIndex(next => next.trim() !== '' && indentOf(next) <= own)
    const block = end < 0 ? rest : rest.slice(0, end)
    return ['\n'.repeat(start + 1) + block.join('\n')]
  })
}
