import {createHash} from 'node:crypto'
import type {LabFolder} from '../../disk/lab-folder.js'
import type {RenderedLab, RenderInput} from '../../render/render.js'

/**
 * Names this build: the file that the build made of this module, with a hash of its content and of all that it imports. The
 * sources run as they are have no such name, and nothing is remembered for them.
 */
const BUILD = import.meta.url.endsWith('.ts') ? undefined : import.meta.url

interface Memo {
  readonly key: string
  readonly rendered: RenderedLab
}

const bytes = (value: string | Uint8Array) =>
  typeof value === 'string' ? value : Buffer.from(value).toString('base64')

/** Everything that a rendered lab depends on. */
function keyOf({topology, templates, secrets, tls, folder, driver, startInterval}: RenderInput): string {
  const {settings, release} = topology
  const stores = [tls.keyStore, tls.trustStore, tls.untrusted ?? ''].map(bytes)
  const inputs = [
    BUILD,
    settings,
    release,
    [...templates],
    secrets,
    {...tls, keyStore: '', trustStore: '', untrusted: ''},
    stores,
    folder,
    driver,
    startInterval,
  ]
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex')
}

function parse(text: string | undefined): Memo | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Memo)
  } catch {
    return undefined
  }
}

/**
 * Renders, or remembers what the same inputs were rendered to: an `up` that finds nothing to do spends most of its time on
 * compiling templates otherwise. Binary files are not remembered.
 */
export async function cachedRender(memory: LabFolder, input: RenderInput): Promise<RenderedLab> {
  const key = keyOf(input)
  const memo = BUILD === undefined ? undefined : parse(await memory.readPrivate('rendered'))
  if (memo?.key === key) return memo.rendered
  const {renderLab} = await import('../../render/render.js')
  const rendered = renderLab(input)
  if (BUILD !== undefined && rendered.files.every(({content}) => typeof content === 'string'))
    await memory.writePrivate('rendered', JSON.stringify({key, rendered} satisfies Memo))
  return rendered
}
