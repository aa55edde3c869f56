// Loads the built program from V8's compile cache beside it: compiling was most of what a short command did. The cache fits one V8 with
// the same flags; any other compiles as if there were none.
import Module, {createRequire} from 'node:module'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Script} from 'node:vm'

// To import it would load its streams too, which a short command never needs.
const {existsSync, readFileSync} = process.getBuiltinModule('node:fs')

const dist = new URL('../dist/', import.meta.url)
const pointer = new URL('program.json', dist)

/** The name of the built program below dist, with a hash of its content; undefined where nothing is built. */
export const programName = () => (existsSync(pointer) ? JSON.parse(readFileSync(pointer, 'utf8')).file : undefined)

export const cacheOf = file => `${file}.cache`

let loaded

/** What the program exports, and the script that can be asked for its compiled code. */
export const load = name => (loaded ??= loadOnce(name))

function loadOnce(name) {
  const file = fileURLToPath(new URL(name, dist))
  const require = createRequire(file)
  // Node's own wrapper of a CommonJS module, without a line break, so that line numbers stay true. The build made it ASCII.
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`
  const cachedData = existsSync(cacheOf(file)) ? readFileSync(cacheOf(file)) : undefined
  const script = new Script(source, {filename: file, cachedData})
  // oclif requires the same file for its commands and hooks.
  const program = (require.cache[file] = new Module(file))
  program.filename = file
  program.loaded = true
  script.runInThisContext()(program.exports, require, program, file, dirname(file))
  return {file, script, exports: program.exports}
}

/** Where oclif finds commands and hooks in the built program. */
export const oclifOf = name => ({
  commands: {strategy: 'explicit', target: `./dist/${name}`, identifier: 'COMMANDS'},
  hooks: {command_not_found: {target: `./dist/${name}`, identifier: 'commandNotFound'}},
  // The plugins are part of the build (see build.js).
  plugins: [],
})
