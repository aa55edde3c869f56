/** Text in an element or attribute of a page that is in latin1 at most. */
export const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, it => `&#${it.charCodeAt(0)};`).replace(/[^\x20-\x7e\xa0-\xff]/g, '?')
