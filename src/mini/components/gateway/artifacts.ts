import {join} from 'node:path'
import {API_ARTIFACT, type ApiArtifact} from '../../hub/deployment.js'
import {jsonFolder} from '../../json-folder.js'
import type {Log} from '../../log.js'

/** The APIs that were deployed here: files of this node, as the product's Synapse artifacts are. */
export interface Artifacts {
  all(): Iterable<ApiArtifact>
  deploy(api: ApiArtifact): void
  undeploy(uuid: string): void
  /** Makes them these, and gives those that are new or other. */
  replace(apis: readonly ApiArtifact[]): readonly ApiArtifact[]
}

/** Where the product's gateway keeps them, relative to the home. */
export const SYNAPSE = 'repository/deployment/server/synapse-configs/default'

/** Loads what is there; a file that can't be read is left out, and the log says so. */
export function openArtifacts(home: string, log: Log): Artifacts {
  const folder = join(home, SYNAPSE, 'api')
  const files = jsonFolder(folder, API_ARTIFACT, (file, why) =>
    log('WARN', 'Gateway', `${join(folder, file)} is no API artifact: ${why}`),
  )
  const apis = new Map(files.load().map(api => [api.uuid, api as ApiArtifact]))
  const deploy = (api: ApiArtifact) => {
    files.save(api.uuid, api)
    apis.set(api.uuid, api)
  }
  const undeploy = (id: string) => {
    files.remove(id)
    apis.delete(id)
  }
  return {
    all: () => apis.values(),
    deploy,
    undeploy,
    replace: wanted => {
      const keep = new Set(wanted.map(({uuid}) => uuid))
      for (const id of [...apis.keys()].filter(it => !keep.has(it))) undeploy(id)
      const other = wanted.filter(api => apis.get(api.uuid)?.digest !== api.digest)
      for (const api of other) deploy(api)
      return other
    },
  }
}
