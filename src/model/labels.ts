/** Labels are the only record of what a lab has in the engine. */
export const LABELS = {
  lab: 'apim-lab.lab',
  /** The lab folder: a lab of another folder is never taken over. */
  folder: 'apim-lab.folder',
  release: 'apim-lab.release',
  node: 'apim-lab.node',
  component: 'apim-lab.component',
  /** Of what is no component's: `database`, `schema`, `load-balancer`. The volume of the role `database` has its data. */
  role: 'apim-lab.role',
  /** Of a node for which a complete schema is enough: `schema`. It waits for the server itself. */
  waitsFor: 'apim-lab.waits-for',
  /** `first`: all others start after it, those too that do not depend on it: what does is ready sooner. */
  starts: 'apim-lab.starts',
  /** `last`: stopped when all others have ended, which may still have something to write. */
  stops: 'apim-lab.stops',
  /** Of the database server: what it logs when its schema scripts have run. */
  schemaLog: 'apim-lab.schema-log',
  /** SHA-256 of the service and of the content of its mounted files. */
  configHash: 'apim-lab.config-hash',
  /** A short-lived container of the command itself. */
  helper: 'apim-lab.helper',
  /** Of a helper that belongs to the lab: it goes with `down`, or when who uses it ends. */
  lasting: 'apim-lab.lasting',
  /** Of a helper that makes a fault: which one, as JSON. */
  fault: 'apim-lab.fault',
  /** Random for each volume that the command makes: one of the same name that was made anew differs in it. */
  volumeId: 'apim-lab.volume-id',
  /** Of both volumes of a seed, databases that labs are begun with: SHA-256 of all that they were made from. */
  seed: 'apim-lab.seed',
  /** Of the volume that is there only when a seed is whole: the volume that has its data. */
  seedData: 'apim-lab.seed-data',
  /** Of the same volume: ids of the images that the seed was made from, a comma between. */
  seedImages: 'apim-lab.seed-images',
  /** Of the volume of a snapshot: the snapshot's name, and the lab that it is of. */
  snapshot: 'apim-lab.snapshot',
  snapshotLab: 'apim-lab.snapshot-lab',
  /** Of a lab's volume whose data is copied from a seed. */
  fromSeed: 'apim-lab.from-seed',
} as const

/** What an image that was built from a product's distribution says of itself. */
export const IMAGE_LABELS = {
  /** `wso2am-3.2.0`. */
  distribution: 'apim-lab.distribution',
  /** The release's image that it stands for. */
  standsFor: 'apim-lab.stands-for',
  updateLevel: 'apim-lab.update-level',
  /** Of the zip, or of all that the folder held. */
  sha256: 'apim-lab.distribution-sha256',
} as const

/** Compose's own labels, by which `docker compose ps|logs|stop|start|down` find a lab (docker/compose pkg/api/labels.go). */
export const COMPOSE_LABELS = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneoff: 'com.docker.compose.oneoff',
  configHash: 'com.docker.compose.config-hash',
  configFiles: 'com.docker.compose.project.config_files',
  workingDir: 'com.docker.compose.project.working_dir',
  dependsOn: 'com.docker.compose.depends_on',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
} as const
