import {createWriteStream} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {ZipFile} from 'yazl'
import {analyticsHome, apimHome, read, serverPrograms} from './images.js'

/** Text of files by path: what a product's zip has below its one folder. */
export type ProductFiles = Readonly<Record<string, string>>

const INFO = 'configuration/org.eclipse.equinox.simpleconfigurator/bundles.info'

/** The list of a runtime's bundles, as the product writes it, and the bundles. */
export function bundles(profile: string, plugins: string, count: number): ProductFiles {
  const names = Array.from({length: count}, (_, index) => `org.example.bundle${index}_1.0.${index}.jar`)
  const lines = names.map((name, index) => `org.example.bundle${index},1.0.${index},${plugins}/${name},4,true`)
  return {
    [`${profile}/${INFO}`]: ['#encoding=UTF-8', '#version=1', ...lines, ''].join('\n'),
    ...Object.fromEntries(names.map(name => [join(profile, plugins, name), `PK ${name}`])),
  }
}

/** Its own server and scripts lie in the product: no base image has them. */
const own = (script: string) => script.replaceAll('/opt/apim-lab/', '$home/lib/lab/')

/** What the scripts run; part of a distribution that shall start. */
export const serverFiles = async (): Promise<ProductFiles> => ({
  ...Object.fromEntries(Object.entries(await serverPrograms('3.2.0')).map(([name, text]) => [`lib/lab/${name}`, text])),
  'lib/lab/serve.sh': read('serve.sh').replace('/opt/apim-lab', '"$WSO2_SERVER_HOME"/lib/lab'),
})

const scripts = (files: ProductFiles): ProductFiles =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, path.endsWith('.sh') ? own(text) : text]))

/** A product-shaped distribution of 3.2.0, with a Node program in place of the JVM; with an update level where one is given. */
export const productFiles = (level?: string): ProductFiles => ({
  ...scripts(apimHome()),
  ...bundles('repository/components/default', '../plugins', 30),
  'repository/components/dropins/README.txt': "Bundles of one's own.\n",
  'repository/components/lib/README.txt': "Libraries of one's own.\n",
  'repository/database/README.txt': 'Embedded databases.\n',
  'updates/product.txt': 'wso2am-3.2.0\n',
  ...(level !== undefined && {'updates/config.json': JSON.stringify({product: {'update-level': level}})}),
})

/** A product-shaped distribution of 3.2.0's analytics, both runtimes. */
export const analyticsFiles = (): ProductFiles => ({
  ...scripts(analyticsHome('worker')),
  ...scripts(analyticsHome('dashboard')),
  ...bundles('wso2/worker', '../lib/plugins', 5),
  ...bundles('wso2/dashboard', '../lib/plugins', 5),
  'lib/README.txt': "Libraries of one's own.\n",
})

const modeOf = (path: string) => (path.endsWith('.sh') ? 0o755 : 0o644)

/** Writes the files below a folder. */
export async function writeFolder(folder: string, files: ProductFiles): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), {recursive: true})
    await writeFile(join(folder, path), text, {mode: modeOf(path)})
  }
}

/** Writes a zip with the files below one folder. */
export async function writeZip(path: string, top: string, files: ProductFiles): Promise<void> {
  const zip = new ZipFile()
  for (const [name, text] of Object.entries(files))
    zip.addBuffer(Buffer.from(text), `${top}/${name}`, {mode: 0o100000 | modeOf(name)})
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}
