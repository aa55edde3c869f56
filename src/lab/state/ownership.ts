import {LabError} from '../../errors.js'
import {belongingsOf, type ObservedLab} from '../../plan/observed.js'

/** Throws `lab-of-another-folder` if the engine has a container or data of this lab that was made from another lab folder. */
export function checkOwnership(lab: string, folder: string, observed: ObservedLab): void {
  const foreign = belongingsOf(observed).find(thing => thing.folder !== folder)
  if (!foreign) return
  throw new LabError(
    'lab-of-another-folder',
    `Lab ${lab} on this engine belongs to another folder or user: ${foreign.name} was made from ${foreign.folder || 'an unknown folder'}, this one is ${folder}.`,
    {
      next: [
        'apim-lab up --lab another-name',
        `docker compose --project-name ${lab} down (removes the other one's containers)`,
      ],
    },
  )
}
