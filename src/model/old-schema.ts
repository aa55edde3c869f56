/** What to type where a database has not the tables that the nodes need. */
export const MAKE_ANEW = [
  'apim-lab snapshot save before (keeps what there is, for the version that made it)',
  'apim-lab down --volumes (the databases are of an earlier version; the next up makes them again)',
] as const

/** The built-in release's words for a table that its scripts make, and that the database lacks. */
export const saysOldSchema = (text: string): boolean =>
  /: table \S+ is missing; dbscripts\/\S+ should have created it/.test(text)
