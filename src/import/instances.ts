import type {KnownKeys} from '../config/known-keys.js'
import {composeServices} from './compose-services.js'
import {documentsOf, isYaml} from './documents.js'
import type {Entry} from './entries.js'
import type {Runner} from './runners.js'
import {readSource, type ConfigSource, type InputFile, type Instance} from './source.js'
import type {Templates} from './templates.js'
import {workloadsOf} from './workloads.js'

const isMounted = (path: string, mounts: readonly string[]) =>
  mounts.some(
    mount => path === mount || (path.startsWith(`${mount.replace(/\/$/, '')}/`) && path.endsWith('deployment.toml')),
  )

const reads = ({mounts, configMaps}: Runner, {file, configMap}: ConfigSource) =>
  isMounted(file, mounts) || (configMap !== undefined && configMaps.includes(configMap))

/** The node that a runner makes of a source. Its own name says more than the names of its files. */
const run = (source: ConfigSource, {hosts, profile, environment, replicas, image}: Runner): Instance => ({
  source,
  names: [...hosts, ...source.names],
  hosts,
  environment,
  ...(profile !== undefined && {profile}),
  ...(replicas !== undefined && {replicas}),
  ...(image !== undefined && {image}),
})

/** Paths that compose files among these have mounted, from the folder that was handed in. */
export const mountsIn = (files: readonly InputFile[]): readonly string[] =>
  files.filter(({path}) => isYaml(path)).flatMap(file => composeServices(file).runners.flatMap(({mounts}) => mounts))

/** Every deployment.toml in the files, once for each service or workload that reads it. */
export function instancesOf(
  files: readonly InputFile[],
  templates: Templates,
  lists: Iterable<KnownKeys>,
): {readonly instances: readonly Instance[]; readonly entries: readonly Entry[]} {
  const yaml = files.filter(({path}) => isYaml(path))
  const composed = yaml.map(composeServices)
  const {runners, quoted} = workloadsOf(yaml, templates)
  const all = [...composed.flatMap(services => services.runners), ...runners]
  const sources = [...documentsOf(files, templates, lists), ...quoted].map(readSource)
  return {
    instances: sources.flatMap((source): readonly Instance[] => {
      const own = all.filter(runner => reads(runner, source)).map(runner => run(source, runner))
      return own.length > 0 ? own : [{source, names: source.names, hosts: []}]
    }),
    entries: composed.flatMap(({entries}) => entries),
  }
}
