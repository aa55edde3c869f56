/**
 * Loaded by dockerode, oclif and Handlebars at start, never used by us: BuildKit sessions, SSH, the check of Node's version,
 * source maps (without them Handlebars uses a small class of its own).
 */
const EMPTY = [
  'dockerode/lib/session.js',
  'dockerode/lib/buildkit.js',
  'docker-modem/lib/ssh.js',
  'semver/index.js',
  'source-map/source-map.js',
]

/** Used by oclif only without a manifest or with plugins, so left out and loaded when first touched. */
const DEFERRED = ['tinyglobby', 'lilconfig', 'minimatch']

/** What oclif would use to run TypeScript; a built program has none. */
const EXTERNAL = ['typescript', 'ts-node', 'tsx']

const escape = text => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
const endsIn = files => new RegExp(`node_modules/(${files.map(escape).join('|')})$`)
const named = names => new RegExp(`^(${names.map(escape).join('|')})$`)

const deferred = name => `
let loaded
const load = () => (loaded ??= require(${JSON.stringify(name)}))
module.exports = new Proxy({}, {get: (_, key) => load()[key], has: (_, key) => key in load()})`

/** An esbuild plugin: the entries that are no files, and what is left out of the bundle because it makes starting slow. */
export function overrides(root, entries) {
  return {
    name: 'overrides',
    setup({onLoad, onResolve}) {
      onResolve({filter: /^virtual:/}, ({path}) => ({path, namespace: 'virtual'}))
      onLoad({filter: /.*/, namespace: 'virtual'}, ({path}) => ({contents: entries[path], resolveDir: root}))

      onResolve({filter: named(EXTERNAL)}, ({path}) => ({path, external: true}))
      // Asked at every start, only to name the platform; it costs a file of its own.
      onLoad({filter: endsIn(['wsl-utils/index.js'])}, () => ({contents: 'export const isWsl = false'}))
      // 250 KB of messages in 50 languages.
      onLoad({filter: endsIn(['zod/v4/locales/index.js'])}, () => ({contents: `export {default as en} from './en.js'`}))
      onLoad({filter: endsIn(EMPTY)}, () => ({contents: 'module.exports = {}', loader: 'js'}))

      onResolve({filter: named(DEFERRED), namespace: 'file'}, ({path}) => ({path, namespace: 'deferred'}))
      onResolve({filter: /.*/, namespace: 'deferred'}, ({path}) => ({path, external: true}))
      onLoad({filter: /.*/, namespace: 'deferred'}, ({path}) => ({contents: deferred(path)}))
    },
  }
}
