/** The words of a text that stand between spaces or on lines of their own. */
export const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter(it => it !== '')
