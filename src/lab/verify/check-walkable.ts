import {LabError} from '../../errors.js'
import {labOption} from '../named-lab.js'
import {notRunning, type Scene} from '../links/scene.js'

/** Throws unless the lab has a node of every component that a walk needs, and all nodes run. Analytics may be missing. */
export function checkWalkable(scene: Scene): void {
  const {topology} = scene
  const {settings, release, nodes} = topology
  const option = labOption(settings.lab)
  if (!release.rest || !release.walk)
    throw new LabError('usage-invalid', `verify does not know the REST APIs of release ${release.name}.`, {
      next: ['apim-lab releases'],
    })
  const missing = release.components
    .filter(({name, analytics}) => !analytics && !nodes.some(({component}) => component === name))
    .map(({name}) => name)
  if (missing.length > 0)
    throw new LabError(
      'settings-conflict',
      `Lab ${settings.lab} has no ${missing.join(' and no ')}: there is no way for an API through it.`,
      {next: [`apim-lab up${missing.map(name => ` --scale ${name}=1`).join('')}${option}`]},
    )
  const stopped = nodes.flatMap(({name}) => notRunning(name, scene) ?? [])
  if (stopped.length > 0)
    throw new LabError('node-exited', `Lab ${settings.lab} is not up: ${stopped.join('; ')}.`, {
      next: [`apim-lab up${option}`, `apim-lab status${option}`],
    })
}
