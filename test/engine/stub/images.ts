import {extract, pack} from 'tar-stream'
import type {Image, ImageConfig} from './model.js'
import {ApiError, type Call, type Reply, type Route, empty, filtersOf, flag, hasLabels, json, ndjson} from './reply.js'
import {withTag, type WorldOptions} from './world.js'

const viewImage = ({id, tags, config, size, created}: Image, {architectures = {}}: WorldOptions) => ({
  Id: id,
  RepoTags: [...tags],
  // What was pulled has one, and a test may move a tag.
  RepoDigests:
    typeof config['digest'] === 'string' ? [...tags].map(tag => `${tag.split(':')[0]}@${config['digest']}`) : [],
  Created: created,
  Size: size,
  VirtualSize: size,
  Architecture: [...tags].map(tag => architectures[tag]).find(Boolean) ?? 'amd64',
  Os: 'linux',
  Config: config,
})

function list({world, query}: Call): Reply {
  const {label, reference} = filtersOf(query)
  const found = world.images.filter(
    ({tags, config}) =>
      hasLabels(config.Labels ?? {}, label) &&
      (!reference ||
        reference.some(name => tags.has(withTag(name)) || [...tags].some(tag => tag.split(':')[0] === name))),
  )
  return json(
    found.map(image => ({
      ...viewImage(image, world.options),
      Created: Math.floor(Date.parse(image.created) / 1000),
      Labels: image.config.Labels ?? {},
      Containers: -1,
    })),
  )
}

/** A pull, or an import (fromSrc). A pull that fails says so inside its stream, with status 200. */
function create({world, query}: Call): Reply {
  const tagOf = (name: string) => (query.get('tag') ? `${name}:${query.get('tag')}` : withTag(name))
  if (query.get('fromSrc')) {
    const repo = query.get('repo')
    const config = Object.fromEntries(
      query.getAll('changes').flatMap(change => {
        const [, key, value] = /^(CMD|ENTRYPOINT) (.*)$/.exec(change) ?? []
        return key ? [[key === 'CMD' ? 'Cmd' : 'Entrypoint', JSON.parse(value!) as string[]]] : []
      }),
    )
    const image = world.addImage(repo ? tagOf(repo) : undefined, config)
    return ndjson(write => write({status: image.id}))
  }
  const reference = tagOf(query.get('fromImage') ?? '')
  const {denied = [], broken = {}, registry} = world.options
  // As 20.10 does, for images that are not there and for those that it must not tell of.
  if (denied.includes(reference))
    throw new ApiError(
      404,
      `pull access denied for ${reference.split(':')[0]}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
    )
  const config = registry?.[reference]
  return ndjson(write => {
    if (!config) {
      const message = `manifest for ${reference} not found: manifest unknown: manifest unknown`
      write({errorDetail: {message}, error: message})
      return
    }
    write({status: `Pulling from ${reference.split(':')[0]}`, id: reference.split(':').at(-1)})
    write({status: 'Downloading', progressDetail: {current: 500_000, total: 1_000_000}, id: 'layer1'})
    write({status: 'Pull complete', progressDetail: {}, id: 'layer1'})
    const message = broken[reference]
    if (message !== undefined) return write({errorDetail: {message}, error: message})
    world.addImage(reference, config)
    write({status: `Status: Downloaded newer image for ${reference}`})
  })
}

function build(call: Call): Reply {
  const {world, query, raw} = call
  const result = world.options.build?.(query, raw) ?? {}
  return ndjson(write => {
    write({stream: 'Step 1/1 : FROM scratch\n'})
    if (result instanceof Error) {
      write({errorDetail: {code: 1, message: result.message}, error: result.message})
      return
    }
    const labels = JSON.parse(query.get('labels') || '{}') as Record<string, string>
    const image = world.addImage(query.get('t') ?? undefined, {...result, Labels: {...result.Labels, ...labels}})
    write({aux: {ID: image.id}})
    write({stream: `Successfully built ${image.id.slice(7, 19)}\n`})
  })
}

function tag({world, params, query}: Call): Reply {
  const image = world.image(decodeURIComponent(params[0]!))
  const reference = `${query.get('repo')}:${query.get('tag') || 'latest'}`
  for (const other of world.images) other.tags.delete(reference)
  image.tags.add(reference)
  return empty(201)
}

function remove({world, params, query}: Call): Reply {
  const name = decodeURIComponent(params[0]!)
  const image = world.image(name)
  const byTag = image.tags.has(withTag(name))
  const user = [...world.containers.values()].find(container => container.image === image)
  if (user && (!byTag || image.tags.size === 1) && !flag(query, 'force')) {
    throw new ApiError(
      409,
      `conflict: unable to remove repository reference "${name}" (must force) - container ${user.id} is using it`,
    )
  }
  if (byTag) image.tags.delete(withTag(name))
  else image.tags.clear()
  const gone = image.tags.size === 0 && !user
  if (gone) world.images.splice(world.images.indexOf(image), 1)
  return json([{Untagged: name}, ...(gone ? [{Deleted: image.id}] : [])])
}

function distribution({world, params}: Call): Reply {
  const reference = withTag(decodeURIComponent(params[0]!))
  if (world.options.denied?.includes(reference)) throw new ApiError(401, 'unauthorized: authentication required')
  if (!world.options.registry?.[reference]) throw new ApiError(404, `manifest unknown: ${reference}`)
  return json({
    Descriptor: {digest: `sha256:${'0'.repeat(64)}`, size: 1234},
    Platforms: [{architecture: 'amd64', os: 'linux'}],
  })
}

/** Images in the stub's own form, in a tar with the manifest that real ones have. */
function save({world, query}: Call): Reply {
  const images = query.getAll('names').map(name => ({image: world.image(name), name}))
  return {
    kind: 'stream',
    type: 'application/x-tar',
    run: async output => {
      const tar = pack()
      for (const {image, name} of images)
        tar.entry({name: `${image.id.slice(7)}.json`}, JSON.stringify({tag: name, config: image.config}))
      const manifest = images.map(({image, name}) => ({
        Config: `${image.id.slice(7)}.json`,
        RepoTags: [name],
        Layers: [],
      }))
      tar.entry({name: 'manifest.json'}, JSON.stringify(manifest))
      tar.finalize()
      for await (const chunk of tar) output.write(chunk as Buffer)
    },
  }
}

async function load({world, raw}: Call): Promise<Reply> {
  const loaded: {tag: string; config: ImageConfig}[] = []
  const tar = extract()
  tar.end(raw)
  for await (const entry of tar) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    if (entry.header.name !== 'manifest.json')
      loaded.push(JSON.parse(Buffer.concat(chunks).toString()) as (typeof loaded)[number])
  }
  return ndjson(write => {
    for (const {tag: name, config} of loaded) {
      world.addImage(name, config)
      write({stream: `Loaded image: ${name}\n`})
    }
  })
}

export const imageRoutes: readonly Route[] = [
  ['GET', /^\/images\/json$/, list],
  ['POST', /^\/images\/create$/, create],
  ['GET', /^\/images\/get$/, save],
  ['POST', /^\/images\/load$/, load],
  ['POST', /^\/build$/, build],
  [
    'GET',
    /^\/images\/(.+)\/json$/,
    ({world, params}) => json(viewImage(world.image(decodeURIComponent(params[0]!)), world.options)),
  ],
  ['POST', /^\/images\/(.+)\/tag$/, tag],
  ['DELETE', /^\/images\/(.+)$/, remove],
  ['GET', /^\/distribution\/(.+)\/json$/, distribution],
]
