#!/usr/bin/env node
// Bundles the program: loading some 600 small files of dependencies takes longer than most commands take to do their work.
import {Plugin} from '@oclif/core'
import {build} from 'esbuild'
import {existsSync} from 'node:fs'
import {readdir, rm, writeFile} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {overrides} from './build-overrides.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

/** oclif's plugins become commands of our own: loaded as plugins they cost 15 ms and a second copy of oclif. */
const ENTRIES = {
  'virtual:execute': `export {execute, settings} from '@oclif/core'`,
  'virtual:commands/help': `import {commands} from '@oclif/plugin-help'; export default commands.help`,
  ...Object.fromEntries(
    ['index', 'create', 'script'].map(name => [
      `virtual:commands/autocomplete/${name}`,
      `export {default} from './node_modules/@oclif/plugin-autocomplete/lib/commands/autocomplete/${name}.js'`,
    ]),
  ),
}

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  metafile: true,
  // Names stay as they are written, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  // CommonJS dependencies call require() for Node's own modules.
  banner: {
    js: `import {createRequire as $createRequire} from 'node:module';const require=$createRequire(import.meta.url);`,
  },
}

/** Every TypeScript file below a folder of src as an entry with the same place in dist. */
async function entriesBelow(folder) {
  const source = join(root, 'src', folder)
  if (!existsSync(source)) return []
  const files = await readdir(source, {recursive: true})
  return files
    .filter(file => file.endsWith('.ts'))
    .map(file => ({in: join(source, file), out: join(folder, file.slice(0, -'.ts'.length))}))
}

/** The command line: one entry a command, everything shared in chunks, so that a command loads only what it needs. */
async function bundleCommands() {
  return build({
    ...common,
    entryPoints: [
      ...(await entriesBelow('commands')),
      ...(await entriesBelow('hooks')),
      ...Object.keys(ENTRIES).map(name => ({in: name, out: name.slice('virtual:'.length)})),
    ],
    outdir: dist,
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    plugins: [overrides(root, ENTRIES)],
  })
}

/** A program that runs inside a container: one file. */
async function bundleProgram(name) {
  const entry = join(root, 'src', name, 'main.ts')
  if (!existsSync(entry)) return
  return build({...common, entryPoints: [entry], outfile: join(dist, name, 'main.js')})
}

/** Old files go last, never the whole folder first: a lab that is running may be using it. */
async function removeStale(results) {
  const written = new Set(results.flatMap(({metafile}) => Object.keys(metafile.outputs)))
  for (const entry of await readdir(dist, {recursive: true, withFileTypes: true})) {
    const path = join(entry.parentPath ?? entry.path, entry.name)
    if (entry.isFile() && !written.has(relative(root, path))) await rm(path)
  }
}

/** With a manifest oclif loads the one command that was asked for; without it, all of them. */
async function writeManifest() {
  const plugin = new Plugin({root, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  await writeFile(join(root, 'oclif.manifest.json'), JSON.stringify(plugin.manifest))
}

const results = await Promise.all([bundleCommands(), bundleProgram('mini'), bundleProgram('helper')])
await removeStale(results.filter(Boolean))
await writeManifest()
