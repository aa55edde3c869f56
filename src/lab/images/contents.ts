import {posix} from 'node:path'
import * as z from 'zod'
import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import type {ImageFacts} from '../../engine/engine-images.js'
import {fromJson} from '../../model/from-json.js'
import type {ImageContents} from '../../model/fit-to-images.js'
import {imageOf} from '../../model/product-image.js'
import type {ComponentSpec} from '../../model/release.js'
import type {Topology} from '../../model/topology.js'
import type {LabContext} from '../context.js'

/** Where a WSO2 image can have a driver: wso2am's OSGi folders, and analytics' (docker-apim, kubernetes-apim). */
const DRIVER_FOLDERS = ['repository/components/dropins', 'repository/components/lib', 'lib']
const ENTRYPOINT = '/home/wso2carbon/docker-entrypoint.sh'

const REMEMBERED = z.record(z.string(), z.object({driver: z.string().exactOptional(), profileByName: z.boolean()}))

/** By image id and database server. Anything else in the file is as good as nothing: the images are looked into again. */
async function recall(folder: LabFolder): Promise<Readonly<Record<string, ImageContents>>> {
  const text = (await folder.readPrivate('imageContents')) ?? '{}'
  return fromJson(REMEMBERED, text) ?? {}
}

async function look(
  engine: Engine,
  {image, spec}: {readonly image: string; readonly spec: ComponentSpec},
  folder: LabFolder,
  {settings, server}: Topology,
) {
  const paths = [ENTRYPOINT, ...DRIVER_FOLDERS.map(below => posix.join(spec.home, below))]
  const found = await engine.images.lookInto(image, paths, {
    lab: settings.lab,
    folder: folder.path,
    ...(spec.platform !== undefined && {platform: spec.platform}),
  })
  const driver = found.find(({name}) => server.driver.files.test(name))?.name
  const entrypoint = found.find(({name}) => name === posix.basename(ENTRYPOINT))?.text
  return {
    ...(driver !== undefined && {driver: posix.basename(driver)}),
    // One that can't be read is taken for the release's own.
    profileByName: entrypoint === undefined || entrypoint.includes('PROFILE_NAME'),
  }
}

interface ContentsInput {
  readonly folder: LabFolder
  readonly facts: ReadonlyMap<string, ImageFacts>
  readonly engine: Engine | undefined
}

/** By component: what its image really has. Each image is looked into once; without an engine only what is known is told. */
export async function imageContents(
  topology: Topology,
  {folder, facts, engine}: ContentsInput,
  {reporter}: Pick<LabContext, 'reporter'>,
): Promise<ReadonlyMap<string, ImageContents>> {
  const {nodes, release, server, settings} = topology
  if (release.builtIn) return new Map()
  const specs = release.components.filter(({name}) => nodes.some(({component}) => component === name))
  const images = specs.map(spec => ({spec, image: imageOf(spec, release, settings)}))
  const known: Record<string, ImageContents> = {...(await recall(folder))}
  // Which driver matters depends on the server.
  const keyOf = (image: string) => {
    const {id} = facts.get(image) ?? {}
    return id === undefined ? undefined : `${id} ${server.name}`
  }
  for (const {spec, image} of images) {
    const key = keyOf(image)
    if (key === undefined || known[key] || !engine) continue
    const found = await look(engine, {image, spec}, folder, topology)
    known[key] = found
    if (found.driver !== undefined) reporter.on({subject: image, state: 'done', text: `has a driver: ${found.driver}`})
    if (!found.profileByName && spec.profile !== undefined)
      reporter.on({subject: image, state: 'done', text: 'knows no PROFILE_NAME: profiles are passed as arguments'})
  }
  await folder.writePrivate('imageContents', JSON.stringify(known))
  return new Map(
    images.flatMap(({spec, image}) => {
      const found = known[keyOf(image) ?? '']
      return found ? [[spec.name, found] as const] : []
    }),
  )
}
