import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {ROOT} from './lab.js'

const MAIN = pathToFileURL(join(ROOT, 'src/helper/main.ts')).href

/** Node's arguments for the helper's program, as it is written. */
export const HELPER_PROGRAM: readonly string[] = ['--import', 'tsx', '-e', `import('${MAIN}').then(it => it.run())`]
