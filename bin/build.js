#!/usr/bin/env node
// Bundles the program: loading some 600 small files of dependencies takes longer than most commands take to do their work.
import {Plugin} from '@oclif/core'
import {build} from 'esbuild'
import {execFile} from 'node:child_process'
import {readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join, relative, sep} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {lazyPackages} from './lazy-packages.js'
import {oclifOf} from './load.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

/** oclif's plugins become commands of our own: loaded as plugins they cost 15 ms and a second copy of oclif. Their manifests say where they are. */
async function pluginCommands() {
  const {oclif} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const commands = oclif.plugins.map(async plugin => {
    const manifest = JSON.parse(await readFile(join(root, 'node_modules', plugin, 'oclif.manifest.json'), 'utf8'))
    return Object.values(manifest.commands).map(({id, relativePath}) => [
      id,
      `require('./node_modules/${plugin}/${relativePath.join('/')}').default`,
    ])
  })
  return (await Promise.all(commands)).flat()
}

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  metafile: true,
  // Names stay as they are written, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
}

/** Every command by its id, loaded when it is asked for: a command runs only what it needs. */
async function programSource() {
  const files = await readdir(join(root, 'src/commands'), {recursive: true})
  const own = files
    .filter(file => file.endsWith('.ts'))
    .map(file => [
      file.slice(0, -'.ts'.length).replaceAll(sep, ':'),
      `require('./src/commands/${file.replaceAll(sep, '/')}').default`,
    ])
  const getters = [...own, ...(await pluginCommands())].map(
    ([id, code]) => `get ${JSON.stringify(id)}() { return ${code} }`,
  )
  return `
    export {execute, settings} from '@oclif/core'
    export {prepare} from './src/cli/prepare.ts'
    export {default as commandNotFound} from './src/hooks/command-not-found.ts'
    export const COMMANDS = {${getters.join(',')}}`
}

/** An entry that is no file. */
const virtual = contents => ({
  name: 'virtual',
  setup({onLoad, onResolve}) {
    onResolve({filter: /^virtual:/}, ({path}) => ({path, namespace: 'virtual'}))
    onLoad({filter: /.*/, namespace: 'virtual'}, () => ({contents, resolveDir: root}))
  },
})

/** What oclif would use to run TypeScript; a built program has none. */
const DEVELOPMENT = ['typescript', 'ts-node', 'tsx']

/** The bench compares with a program that loads all packages at start. What has code of the machine's own can't be bundled. */
const packages =
  process.env.APIM_LAB_BUILD_EAGER === '1'
    ? {plugins: [], external: [...DEVELOPMENT, 'ssh2']}
    : {plugins: [lazyPackages()], external: DEVELOPMENT}

/** The command line as one CommonJS file, whose compiled code V8 can keep (load.js). */
async function bundleProgramOfCommands() {
  return build({
    ...common,
    define: {'import.meta.url': '$url'},
    banner: {js: `const $url=require('node:url').pathToFileURL(__filename).href;`},
    entryPoints: [{in: 'virtual:cli', out: 'cli'}],
    outdir: dist,
    // Two builds never meet: neither a cache nor what a lab remembers of a build fits another one.
    entryNames: '[name]-[hash]',
    outExtension: {'.js': '.cjs'},
    external: packages.external,
    plugins: [virtual(await programSource()), ...packages.plugins],
  })
}

/** esbuild leaves what stands in a regular expression or a tagged template as it is; of plain ASCII Node reads a file in a tenth of the time. */
async function escapeFile(file) {
  const text = await readFile(file, 'utf8')
  await writeFile(
    file,
    text.replaceAll(/[^\x00-\x7f]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

/** A program that runs inside a container: one file, CommonJS, whose compiled code V8 can keep (templates/images/mini/start.cjs). */
async function bundleProgram(name) {
  const entry = join(root, 'src', name, 'main.ts')
  const outfile = join(dist, name, 'main.cjs')
  const result = await build({...common, entryPoints: [entry], outfile})
  await escapeFile(outfile)
  return result
}

/** Old files go last, never the whole folder first: a lab that is running may be using it. */
async function removeStale(results) {
  const written = new Set(['dist/program.json', ...results.flatMap(({metafile}) => Object.keys(metafile.outputs))])
  for (const entry of await readdir(dist, {recursive: true, withFileTypes: true})) {
    const path = join(entry.parentPath ?? entry.path, entry.name)
    if (entry.isFile() && !written.has(relative(root, path))) await rm(path)
  }
}

/** With a manifest oclif loads the one command that was asked for; without it, all of them. */
async function writeManifest(name) {
  const pjson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  Object.assign(pjson.oclif, oclifOf(name))
  const plugin = new Plugin({root, pjson, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  await writeFile(join(root, 'oclif.manifest.json'), JSON.stringify(plugin.manifest))
}

/** Without a cache the commands are only slower. */
const compile = () =>
  promisify(execFile)(process.execPath, [join(root, 'bin/compile.js')]).catch(error =>
    console.error(`no compile cache: ${error.message}`),
  )

const results = await Promise.all([bundleProgramOfCommands(), ...['mini', 'helper', 'fault-helper'].map(bundleProgram)])
const [file] = Object.keys(results[0].metafile.outputs)
const name = relative(dist, join(root, file))
await escapeFile(join(dist, name))
await writeFile(join(dist, 'program.json'), JSON.stringify({file: name}))
await removeStale(results)
await compile()
await writeManifest(name)
