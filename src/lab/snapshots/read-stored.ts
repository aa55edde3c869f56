import {LabFolder} from '../../disk/lab-folder.js'
import {LabError} from '../../errors.js'
import {buildTopology} from '../../model/build-topology.js'
import {mixReleases} from '../../model/mix-releases.js'
import {findRelease} from '../../model/releases/index.js'
import {releaseDefaults} from '../../model/release-defaults.js'
import type {Secrets} from '../../render/secrets.js'
import type {LabContext} from '../context.js'
import {keptSettings} from '../resolve/load-settings.js'
import {labOption} from '../resolve/named-lab.js'
import {keptProject, keptSecrets} from '../state/kept-files.js'
import type {StoredSnapshot} from './stored.js'

/** The lab as the snapshot's files describe it; without a project where it was imported. Throws `snapshot-invalid`. */
export async function readStored({manifest, folder}: StoredSnapshot, {releases}: Pick<LabContext, 'releases'>) {
  const stored = new LabFolder(folder.lab)
  const [project, secrets, kept] = await Promise.all([keptProject(stored), keptSecrets(stored), keptSettings(stored)])
  const {lab} = manifest
  if (!secrets) throw damaged({manifest, folder})
  const release = findRelease(kept.release ?? manifest.release, releases)
  const settings = {...releaseDefaults(release), ...kept, lab, release: release.name}
  const topology = buildTopology(settings, mixReleases(release, settings, releases))
  return {project, secrets: secrets as Secrets, kept, topology}
}

export const damaged = ({manifest: {lab, name}, folder}: StoredSnapshot): LabError =>
  new LabError('snapshot-invalid', `The files of snapshot ${name} of lab ${lab} are damaged: ${folder.path}.`, {
    next: [`apim-lab snapshot delete ${name}${labOption(lab)}`],
  })
