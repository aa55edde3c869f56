import type {LabFolder} from '../disk/lab-folder.js'
import type {Engine} from '../engine/engine.js'
import {resourceName} from '../model/names.js'
import {MYSQL, type Topology} from '../model/topology.js'
import type {ObservedLab} from '../plan/observed.js'
import type {SchemaState} from '../plan/schema-state.js'

const databaseVolume = (lab: string) => resourceName(lab, MYSQL)

/** Whether the volume that is there is the one on which the schema was complete once. */
export async function schemaState(
  folder: LabFolder,
  {settings, nodes}: Topology,
  {volumes}: ObservedLab,
): Promise<SchemaState> {
  const {volumeId} = volumes.find(({name}) => name === databaseVolume(settings.lab)) ?? {}
  const waiters = nodes.flatMap(({name, spec}) => (spec.gates.some(({until}) => until === 'schema') ? [name] : []))
  return {
    complete: volumeId !== undefined && (await folder.readPrivate('schema')) === volumeId,
    waiters: new Set(waiters),
  }
}

/** Notes that the schema is complete on the volume that is there now. */
export async function rememberSchema(folder: LabFolder, engine: Engine, lab: string): Promise<void> {
  const volumeId = await engine.volumeId(databaseVolume(lab))
  if (volumeId !== undefined) await folder.writePrivate('schema', volumeId)
}
