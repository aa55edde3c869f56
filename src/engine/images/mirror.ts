const SECURITY = /-security$/

interface Source {
  readonly uri: string
  readonly suite: string
}

/**
 * The mirror that this machine's own packages come from, if it is Debian's: from the text of sources.list and of the files in
 * sources.list.d, in both their formats. Undefined on Ubuntu, whose mirrors have no Debian.
 */
export function debianMirror(sources: string): string | undefined {
  const found = [...oneLine(sources), ...stanzas(sources)].filter(isDebian)
  return (found.find(({suite}) => !/[-/]/.test(suite)) ?? found[0])?.uri.replace(/\/+$/, '')
}

/** Other people's repositories are named after them; a mirror of Debian ends in "debian". */
const isDebian = ({uri, suite}: Source) => /^https?:\/\/\S+\/debian\/*$/.test(uri) && !SECURITY.test(suite)

/** deb [signed-by=...] http://mirror/debian bookworm main */
function oneLine(text: string): Source[] {
  return [...text.matchAll(/^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/gm)].map(([, uri, suite]) => ({
    uri: uri!,
    suite: suite!,
  }))
}

/** Types: deb, URIs: ..., Suites: ... with an empty line between two of them. */
function stanzas(text: string): Source[] {
  return text.split(/\n\s*\n/).flatMap(stanza => {
    const field = (name: string) =>
      new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t]+.*)*)`, 'im').exec(stanza)?.[1]?.split(/\s+/).filter(Boolean) ?? []
    if (!field('Types').includes('deb') || /^Enabled:\s*no\b/im.test(stanza)) return []
    return field('URIs').flatMap(uri => field('Suites').map(suite => ({uri, suite})))
  })
}
