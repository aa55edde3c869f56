import type {LabFolder} from '../../disk/lab-folder.js'
import {readTemplates} from '../../disk/templates.js'
import type {Topology} from '../../model/topology.js'
import type {DriverView} from '../../render/compose-view.js'
import type {RenderedLab} from '../../render/render.js'
import type {Secrets} from '../../render/secrets.js'
import type {LabContext} from '../context.js'
import {untrustedStore} from './untrusted-store.js'
import {labSecrets, labTls} from './tls-material.js'
import {cachedRender} from './render-cache.js'

/**
 * Renders a lab with the secrets and certificates that its folder has, making those it lacks. Writes nothing else. `target` is
 * where the files will lie, if not in that folder.
 */
export async function renderInto(
  folder: LabFolder,
  topology: Topology,
  context: Pick<LabContext, 'data' | 'templates' | 'user'>,
  {
    target = folder.path,
    driver,
    startInterval = false,
  }: {
    readonly target?: string
    readonly driver?: DriverView | undefined
    readonly startInterval?: boolean
  } = {},
): Promise<{readonly rendered: RenderedLab; readonly secrets: Secrets}> {
  const secrets = await labSecrets(folder, topology.release)
  const now = new Date()
  const [templates, tls, untrusted] = await Promise.all([
    readTemplates(context.templates),
    labTls(folder, context.data, {topology, secrets, user: context.user, now}),
    untrustedStore(folder, {topology, secrets}, now),
  ])
  return {
    rendered: await cachedRender(folder, {
      topology,
      templates,
      secrets,
      tls: {...tls, ...(untrusted !== undefined && {untrusted})},
      folder: target,
      startInterval,
      ...(driver && {driver: {file: driver.file, sha256: driver.sha256}}),
    }),
    secrets,
  }
}

/** By service: what of its files was written anew, in words. */
export function causesOf(changed: readonly string[], {project}: RenderedLab): ReadonlyMap<string, string> {
  const below = (service: string) =>
    project.services[service]!.volumes?.flatMap(({type, source}) =>
      type === 'bind' ? [source.replace('./', '')] : [],
    ) ?? []
  return new Map(
    Object.keys(project.services).flatMap(service => {
      const files = changed.filter(path =>
        below(service).some(source => path === source || path.startsWith(`${source}/`)),
      )
      const [first, ...others] = files
      if (first === undefined) return []
      return [[service, `${first} changed${others.length > 0 ? ` and ${others.length} more` : ''}`] as const]
    }),
  )
}
