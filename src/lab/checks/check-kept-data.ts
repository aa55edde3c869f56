import {LabError} from '../../errors.js'
import type {Release} from '../../model/release.js'
import {DEFAULTS, storedSettings, type LabSettings} from '../../model/settings.js'
import type {ObservedLab} from '../../plan/observed.js'
import type {Plan} from '../../plan/operations.js'
import type {ComposeProject} from '../../render/compose.js'
import type {Reporter} from '../../report/reporter.js'

/** Throws `settings-conflict` where the lab's data is of another release. */
export function checkRelease(lab: string, release: Release, observed: ObservedLab): void {
  const made = observed.volumes.find(volume => volume.release !== '' && volume.release !== release.name)
  if (!made) return
  throw new LabError(
    'settings-conflict',
    `Lab ${lab} keeps data of release ${made.release} (volume ${made.name}), which ${release.name} can't use.`,
    {
      next: [
        `apim-lab up --lab ${lab} --release ${made.release}`,
        `apim-lab down --lab ${lab} --volumes (removes its data)`,
        `apim-lab up --lab another-name --release ${release.name}`,
      ],
    },
  )
}

/** Throws `settings-conflict` for a changed setting that the lab's databases were made with. */
export function checkStored(kept: Partial<LabSettings>, settings: LabSettings, observed: ObservedLab): void {
  if (observed.volumes.length === 0) return
  // A key that an older apim-lab did not keep has its default.
  const before = {...DEFAULTS, ...kept}
  const changed = storedSettings().find(({key}) => kept.lab !== undefined && before[key] !== settings[key])
  if (!changed) return
  const {key, why} = changed
  const shown = (value: unknown) => (value === undefined || value === '' ? 'not set' : String(value))
  throw new LabError(
    'settings-conflict',
    `${key} was ${shown(before[key])} when the databases of lab ${settings.lab} were made, now it is ${shown(settings[key])}: ${why}.`,
    {next: [`apim-lab down --lab ${settings.lab} --volumes (removes its data)`, 'apim-lab up --lab another-name']},
  )
}

/** Nodes that leave the lab may come back: their data stays, and takes room. */
export function tellKeptData(plan: Plan, {volumes}: ComposeProject, observed: ObservedLab, reporter: Reporter): void {
  if (!plan.some(({kind}) => kind === 'remove-container')) return
  for (const {name} of observed.volumes.filter(it => it.key !== '' && !Object.hasOwn(volumes, it.key)))
    reporter.on({
      subject: name,
      state: 'warning',
      text: `stays, with the data of a node that is no longer in the lab; \`down --volumes\` removes it`,
    })
}
