/** Where the lab folder has a copy of a user's file: another content is another path. */
export const copyPath = (sha256: string, name: string): string => `artifacts/files/${sha256}/${name}`
