import {isAbsolute} from 'node:path'

const NAMES = ['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME']

/** Takes relative base folders away: "consider the path invalid and ignore it" (XDG Base Directory Specification 0.8). Else each working directory had its own labs. */
export function ignoreRelativeBaseFolders(environment: NodeJS.ProcessEnv): void {
  for (const name of NAMES) {
    const path = environment[name]
    if (path !== undefined && !isAbsolute(path)) delete environment[name]
  }
}
