import {keptSettings} from '../resolve/load-settings.js'
import type {CapturedFile, LeftOut, Part} from './part.js'
import {jsonText} from './redact-json.js'

/** Below the folder, wherever a user's file lies. */
const below = (path: string) =>
  path
    .split('/')
    .filter(part => !['', '.', '..'].includes(part))
    .join('/')

/** Where a capture has a file that is laid over the configuration. */
export const overlayPath = (path: string): string => `lab/${below(path)}`

/** The lab file, what is laid over the configuration, and the settings that the lab was made with. */
const labFiles: Part = {
  title: 'Lab file, overlays and settings',
  async collect({labFile, live, redactor}) {
    const nodes = live.topology?.nodes ?? []
    const layers = nodes.flatMap(node => [...(node.layers.config ? [node.layers.config] : []), ...node.layers.overlays])
    const overlays = new Map(layers.map(({path, content}) => [overlayPath(path), redactor.redact(content)]))
    const settings = await keptSettings(live.folder)
    const mounted = [...new Set(nodes.flatMap(({files}) => files.map(({file}) => file.path)))]
    return [
      ...(labFile
        ? [{path: 'lab/apim-lab.yaml', text: redactor.redact(labFile.text)}]
        : [{what: 'lab file', why: 'there is none here: the settings are those that the lab has'}]),
      ...[...overlays].map(([path, text]) => ({path, text})),
      {path: 'lab/settings.json', text: jsonText(withoutContents(settings), redactor)},
      ...mounted.map(path => ({
        what: path,
        why: "a file of the user's in a container: only its checksum is in lab/settings.json",
      })),
    ]
  },
}

/** Files have their own place: of those in the settings their paths are enough. */
function withoutContents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutContents)
  if (typeof value !== 'object' || value === null) return value
  const {content, ...others} = value as Readonly<Record<string, unknown>>
  const isFile = typeof content === 'string' && 'path' in others
  return Object.fromEntries(Object.entries(isFile ? others : value).map(([key, one]) => [key, withoutContents(one)]))
}

/** The files that the lab's containers have mounted. */
const rendered: Part = {
  title: 'Rendered files',
  async collect({live: {folder, topology}, redactor, secretsKnown}) {
    const found: (CapturedFile | LeftOut)[] = []
    for (const path of await folder.renderedPaths()) {
      const text = await folder.readFile(path)
      if (text === undefined) found.push({what: path, why: 'it is not there, or can not be read'})
      else if (text.includes('\0') || text.includes('\uFFFD'))
        found.push({what: path, why: 'it is not text: a key store'})
      else if (!secretsKnown && path.startsWith(`config/${topology?.server.name}/`))
        found.push({what: path, why: "the lab's secrets can't be read, so they can't be told from its other text"})
      else found.push({path: `rendered/${path}`, text: redactor.redact(text)})
    }
    return found
  },
}

/** What was it run with. */
const versions: Part = {
  title: 'Versions of apim-lab, engine and host',
  async collect({live, context, host, redactor}) {
    const {engine, topology} = live
    const {name, title, builtIn} = topology?.release ?? {}
    const document = {apimLab: context.version, release: {name, title, builtIn}, host, engine: await engine.info()}
    return [{path: 'versions.json', text: jsonText(document, redactor)}]
  },
}

const images: Part = {
  title: 'Images, with their digests',
  async collect({live: {engine, observed}, redactor}) {
    const containers = observed.containers.filter(({helper}) => !helper)
    const facts = await engine.images.facts([...new Set(containers.map(({image}) => image))])
    const rows = containers.map(({service, image, imageId}) => {
      const {digest = null, platform = null, updateLevel = null, id = null} = facts.get(image) ?? {}
      return {node: service, image, id: imageId, nameMeansNow: id, digest, platform, updateLevel}
    })
    return [{path: 'images.json', text: jsonText(rows, redactor)}]
  },
}

export const LAB_PARTS: readonly Part[] = [versions, labFiles, images, rendered]
