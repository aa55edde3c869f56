import {LabError} from '../../errors.js'
import {labOption} from '../resolve/named-lab.js'
import {downNodes} from '../state/down-nodes.js'
import {notRunning, type RunningLab} from '../links/running-lab.js'

/** Throws unless the lab has a node of every component that a walk needs, and all nodes run. Analytics may be missing. */
export function checkWalkable(running: RunningLab): void {
  const {topology} = running
  const {settings, release, nodes} = topology
  const option = labOption(settings.lab)
  if (!release.walk)
    throw new LabError('usage-invalid', `verify does not know the REST APIs of release ${release.name}.`, {
      next: ['apim-lab releases'],
    })
  const missing = release.components
    // One that is there only when asked for is done without, and so is one whose work another does.
    .filter(
      ({name, analytics, replicas}) =>
        !analytics &&
        replicas.usual !== 0 &&
        !nodes.some(({component}) => component === name) &&
        !release.links.some(({without}) => without === name),
    )
    .map(({name}) => name)
  if (missing.length > 0)
    throw new LabError(
      'settings-conflict',
      `Lab ${settings.lab} has no ${missing.join(' and no ')}: there is no way for an API through it.`,
      {next: [`apim-lab up${missing.map(name => ` --scale ${name}=1`).join('')}${option}`]},
    )
  const down = downNodes(topology, running.nodes)
  if (down.length > 0)
    throw new LabError('node-exited', `Lab ${settings.lab} is not up: ${down.map(({text}) => text).join('; ')}.`, {
      evidence: down.flatMap(({node}) => notRunning(node, running)?.detail ?? []),
      next: [`apim-lab start${option}`, `apim-lab up${option}`, `apim-lab status${option}`],
    })
}
