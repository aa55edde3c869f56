import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {readIfSound} from './regular-file.js'

/** What the docker command keeps about engines: the text of config.json and of every context's meta.json. */
export interface DockerConfig {
  readonly dockerConfig?: string
  readonly contexts: readonly {readonly name: string; readonly metaJson: string}[]
}

/** Reads docker's own settings below the home folder or DOCKER_CONFIG. What can't be read counts as not there. */
export async function readDockerConfig(
  home: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DockerConfig> {
  const folder = env['DOCKER_CONFIG'] || join(home, '.docker')
  const metaFolder = join(folder, 'contexts/meta')
  const [dockerConfig, folders] = await Promise.all([
    readText(join(folder, 'config.json')),
    readdir(metaFolder).catch((): string[] => []),
  ])
  const contexts = await Promise.all(
    folders.map(async name => ({name, metaJson: await readText(join(metaFolder, name, 'meta.json'))})),
  )
  return {
    ...(dockerConfig === undefined ? {} : {dockerConfig}),
    contexts: contexts.flatMap(({name, metaJson}) => (metaJson === undefined ? [] : [{name, metaJson}])),
  }
}

async function readText(path: string): Promise<string | undefined> {
  return (await readIfSound(path))?.toString('utf8')
}
