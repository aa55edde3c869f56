/** HTML that is safe to send. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'}

const escape = (text: string) => text.replace(/[&<>"']/g, it => ENTITIES[it] ?? it)

export type Part = Html | string | number | undefined | false | null | readonly Part[]

function render(part: Part): string {
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map(render).join('')
  return part === undefined || part === false || part === null ? '' : escape(String(part as string | number))
}

/** A template whose values are escaped, unless they are Html themselves; undefined, null and false are left out. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.reduce((text, it, i) => text + render(parts[i - 1]) + it))
