// start.cjs PROGRAM: runs a program of ours from V8's compile cache, which lies beside it. Compiling is most of a node's start.
// start.cjs --compile PROGRAM: makes that cache. It fits one V8 with the same flags; any other compiles as if there were none.
'use strict'
const {isAscii} = require('node:buffer')
const {existsSync, readFileSync, writeFileSync} = require('node:fs')
const {createRequire} = require('node:module')
const {dirname} = require('node:path')
const {Script} = require('node:vm')

const compile = process.argv[2] === '--compile'
const [file] = process.argv.slice(compile ? 3 : 2)
const cache = `${file}.cache`

const bytes = readFileSync(file)
// Programs of ours are plain ASCII: to decode megabytes, and to keep them in two bytes a character, is a tenth of a node's start.
const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')
/** Node's own wrapper of a CommonJS module, without a line break, so that line numbers stay true. */
const source = `(function (exports, require, module, __filename, __dirname) {${text}\n})`
const cachedData = !compile && existsSync(cache) ? readFileSync(cache) : undefined
const script = new Script(source, {filename: file, cachedData})
const program = {exports: {}}
script.runInThisContext()(program.exports, createRequire(file), program, file, dirname(file))

if (compile) {
  Promise.resolve(program.exports.loadAll?.()).then(() => writeFileSync(cache, script.createCachedData()))
} else {
  program.exports.run()
}
