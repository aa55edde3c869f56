/** Line breaks too, and what moves a cursor. */
const CONTROLS = /[\s\u0000-\u001F\u007F-\u009F]+/g

/** A text of others' on one line, cut after so many characters: it can do nothing to a terminal. */
export function oneLine(text: string, most: number): string {
  const line = text
    .slice(0, 4 * most)
    .replace(CONTROLS, ' ')
    .trim()
  return line.length > most || text.length > 4 * most ? `${line.slice(0, most)}…` : line
}
