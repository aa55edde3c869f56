import {join} from 'node:path'
import {DataDirectory} from './data-directory.js'
import {LabFolder, type FileToWrite} from './lab-folder.js'

/** A lab's folder that is read and never written to: whoever keeps something in it goes on as if it were kept. */
class DryLabFolder extends LabFolder {
  override async ensure(): Promise<void> {}

  override async writePrivate(): Promise<void> {}

  override async writeArtifact(): Promise<void> {}

  override async writeCopy(): Promise<void> {}

  override async remove(): Promise<void> {}

  /** The paths that would change. */
  override writeRendered(files: readonly FileToWrite[]): Promise<readonly string[]> {
    return this.changes(files)
  }
}

/** The user's data directory for a dry run: nothing is written. */
export class DryDataDirectory extends DataDirectory {
  override lab(name: string): LabFolder {
    return new DryLabFolder(join(this.path, 'labs', name))
  }

  override writeAuthority(authority: Parameters<DataDirectory['writeAuthority']>[0]) {
    return Promise.resolve(authority)
  }
}
