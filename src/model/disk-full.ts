/** What to type where the engine's disk is full. */
export const MAKE_ROOM = ['docker system df', 'docker system prune (asks before it removes)'] as const

/** The C library's words for ENOSPC: engines and servers pass them on, with no code of their own. */
export const saysDiskFull = (text: string): boolean => /no space left on device/i.test(text)
