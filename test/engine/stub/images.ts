import type {Image} from './model.js'
import {ApiError, type Call, type Reply, type Route, empty, filtersOf, flag, hasLabels, json, ndjson} from './reply.js'
import {withTag} from './world.js'

const viewImage = ({id, tags, config, size, created}: Image) => ({
  Id: id,
  RepoTags: [...tags],
  RepoDigests: [],
  Created: created,
  Size: size,
  VirtualSize: size,
  Architecture: 'amd64',
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
      ...viewImage(image),
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
  const config = world.options.registry?.[reference]
  return ndjson(write => {
    if (!config) {
      const message = `manifest for ${reference} not found: manifest unknown: manifest unknown`
      write({errorDetail: {message}, error: message})
      return
    }
    write({status: `Pulling from ${reference.split(':')[0]}`, id: reference.split(':').at(-1)})
    write({status: 'Downloading', progressDetail: {current: 500_000, total: 1_000_000}, id: 'layer1'})
    write({status: 'Pull complete', progressDetail: {}, id: 'layer1'})
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
  if (!world.options.registry?.[reference]) throw new ApiError(404, `manifest unknown: ${reference}`)
  return json({
    Descriptor: {digest: `sha256:${'0'.repeat(64)}`, size: 1234},
    Platforms: [{architecture: 'amd64', os: 'linux'}],
  })
}

export const imageRoutes: readonly Route[] = [
  ['GET', /^\/images\/json$/, list],
  ['POST', /^\/images\/create$/, create],
  ['POST', /^\/build$/, build],
  ['GET', /^\/images\/(.+)\/json$/, ({world, params}) => json(viewImage(world.image(decodeURIComponent(params[0]!))))],
  ['POST', /^\/images\/(.+)\/tag$/, tag],
  ['DELETE', /^\/images\/(.+)$/, remove],
  ['GET', /^\/distribution\/(.+)\/json$/, distribution],
]
