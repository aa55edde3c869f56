/**
 * Packages that dockerode and oclif load at start and use for what we don't ask of them, or seldom: SSH, BuildKit, plugins. They are left
 * out of the bundle and loaded from node_modules when something of them is first used: a fifth of the CPU time of `status`
 * (npm run bench -- --only start). Names of packages only, no files inside of them: those change from release to release.
 *
 * @type {readonly string[]}
 */
export const LAZY = [
  'ssh2',
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  'protobufjs',
  'tinyglobby',
  'lilconfig',
  'minimatch',
]

const escape = text => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
const named = names => new RegExp(`^(${names.map(escape).join('|')})$`)

// What is taken of it at start (`require('ssh2').Client`) is lazy too.
const lazy = name => `
let loaded
const load = () => (loaded ??= require(${JSON.stringify(name)}))
const member = key => new Proxy(function () {}, {
  apply: (_, self, values) => Reflect.apply(load()[key], self, values),
  construct: (_, values) => Reflect.construct(load()[key], values),
  get: (_, inner) => load()[key][inner],
})
const isPlain = key => typeof key === 'string' && key !== '__esModule'
module.exports = new Proxy({}, {
  get: (_, key) => (loaded === undefined && isPlain(key) ? member(key) : load()[key]),
  has: (_, key) => key in load(),
})`

/** An esbuild plugin. The build fails where nothing in the bundle asks for one of the packages: its name has no place in LAZY any more. */
export function lazyPackages(names = LAZY) {
  return {
    name: 'lazy packages',
    setup({onEnd, onLoad, onResolve}) {
      const met = new Set()
      onResolve({filter: named(names), namespace: 'file'}, ({path}) => {
        met.add(path)
        return {path, namespace: 'lazy'}
      })
      onResolve({filter: /.*/, namespace: 'lazy'}, ({path}) => ({path, external: true}))
      onLoad({filter: /.*/, namespace: 'lazy'}, ({path}) => ({contents: lazy(path)}))
      onEnd(() => ({
        errors: names
          .filter(name => !met.has(name))
          .map(name => ({text: `nothing in the bundle asks for ${name}: take it out of LAZY in bin/lazy-packages.js`})),
      }))
    },
  }
}
