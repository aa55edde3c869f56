/** The parts of a list with commas, without the blanks around them; empty ones are left out. */
export const commaList = (text: string): readonly string[] =>
  text
    .split(',')
    .map(it => it.trim())
    .filter(it => it !== '')
