// Runs a lab on a real distribution of the product and shows what differs from mini: npm run test:product -- --from ZIP [--from ZIP]
// [--release R] [--jdk FOLDER] [--base IMAGE] [--driver JAR] [--no-mini]. No part of npm test: no distribution can be had without WSO2.
import {resolve} from 'node:path'
import {parseArgs} from 'node:util'
import {execa} from 'execa'
import type {ProductBuildResult} from '../../src/lab/images/distribution/build.js'
import {ROOT} from '../support/lab.js'
import {walk, type Seen} from './walk.js'

const {values} = parseArgs({
  options: {
    from: {type: 'string', multiple: true, default: []},
    release: {type: 'string'},
    jdk: {type: 'string'},
    base: {type: 'string'},
    driver: {type: 'string'},
    'no-mini': {type: 'boolean', default: false},
  },
})

const say = (text: string) => process.stderr.write(`${text}\n`)
const flag = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}`, value])

async function build(from: string): Promise<ProductBuildResult> {
  const flags = [...flag('release', values.release), ...flag('jdk', values.jdk), ...flag('base', values.base)]
  say(`apim-lab images build --from ${from}`)
  const {stdout, exitCode} = await execa(
    'node',
    [`${ROOT}/bin/run.js`, 'images', 'build', '--from', from, ...flags, '--json'],
    {reject: false},
  )
  if (exitCode !== 0) throw new Error(String(stdout))
  return JSON.parse(String(stdout)) as ProductBuildResult
}

/** A row each: what it is, what mini and the product came to. */
function table(product: Seen, mini: Seen | undefined): string {
  const names = [...new Set([...product.keys(), ...(mini?.keys() ?? [])])]
  const rows = names.map(name => {
    const [here, there] = [product.get(name) ?? 'not seen', mini?.get(name)]
    const differs = mini !== undefined && here !== (there ?? 'not seen') ? `mini: ${there ?? 'not seen'}` : ''
    return [name, here.slice(0, 100), differs.slice(0, 100)] as const
  })
  const width = (column: 0 | 1) => Math.max(...rows.map(row => row[column].length))
  return rows.map(row => `${row[0].padEnd(width(0))}  ${row[1].padEnd(width(1))}  ${row[2]}`.trimEnd()).join('\n')
}

if (values.from.length === 0) {
  say('npm run test:product -- --from wso2am-3.2.0.zip [--from wso2am-analytics-3.2.0.zip]')
  process.exit(2)
}
const built: ProductBuildResult[] = []
for (const from of values.from) built.push(await build(resolve(from)))
const analytics = built.some(({images}) => images.length > 1)
// One lab file line can't pin two zips.
const pin = built.length === 1 ? built[0]!.sha256.slice(0, 12) : 'newest'
const common = [`analytics: ${analytics}`]
const driver = flag('driver', values.driver === undefined ? undefined : resolve(values.driver))
const product = await walk({
  lab: 'product',
  labFile: [`release: "${values.release ?? built[0]!.release}"`, `images: {build: "${pin}"}`, ...common],
  upFlags: driver,
  portOffset: 21_000,
  say,
})
const mini = values['no-mini']
  ? undefined
  : await walk({
      lab: 'product-mini',
      labFile: ['release: mini', ...common],
      upFlags: ['--offline'],
      portOffset: 21_000,
      say,
    })

for (const {distribution, updateLevel, sha256} of built)
  console.log(`${distribution}, update level ${updateLevel}, SHA-256 ${sha256}`)
console.log(`\n${table(product, mini)}`)
const failed = [...product].filter(([, text]) => text !== 'ok' && !text.startsWith('skipped'))
console.log(`\n${product.size - failed.length} ok or skipped, ${failed.length} not`)
process.exit(failed.length > 0 ? 1 : 0)
