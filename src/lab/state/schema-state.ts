import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import {readTemplates} from '../../disk/templates.js'
import {resourceName} from '../../model/names.js'
import type {Topology} from '../../model/topology.js'
import type {ObservedLab} from '../../plan/observed.js'
import type {SchemaState} from '../../plan/schema-state.js'
import type {SeedState} from '../../plan/seed-state.js'
import type {SeedRecipe} from '../../render/seed.js'

const databaseVolume = ({settings, server}: Topology) => resourceName(settings.lab, server.name)

/** Whether the volume that is there is the one on which the schema was complete once. */
export async function schemaState(folder: LabFolder, topology: Topology, {volumes}: ObservedLab): Promise<SchemaState> {
  const {volumeId} = volumes.find(({name}) => name === databaseVolume(topology)) ?? {}
  return {complete: volumeId !== undefined && (await folder.readPrivate('schema')) === volumeId}
}

/** Notes that the schema is complete on the volume that is there now. */
export async function writeSchemaState(folder: LabFolder, engine: Engine, topology: Topology): Promise<void> {
  const volumeId = await engine.volumeId(databaseVolume(topology))
  if (volumeId !== undefined) await folder.writePrivate('schema', volumeId)
}

/** The seed that a lab's databases can be copied from. */
export interface Seed {
  readonly recipe: SeedRecipe
  readonly state: SeedState
}

/** The seed with the content that this lab would make; undefined where its databases are there, or none can be made. */
export async function seedFor(
  {topology, imageIds, schema, templates}: SeedInput,
  engine: Engine,
): Promise<Seed | undefined> {
  if (schema.complete) return undefined
  const {seedRecipe} = await import('../../render/seed.js')
  const recipe = seedRecipe(topology, await readTemplates(templates), imageIds)
  return recipe && {recipe, state: {name: recipe.name, exists: await engine.hasSeed(recipe)}}
}

interface SeedInput {
  readonly topology: Topology
  readonly schema: SchemaState
  /** By image name: the id that the engine has now. */
  readonly imageIds: ReadonlyMap<string, string>
  /** Folder of the templates. */
  readonly templates: string
}
