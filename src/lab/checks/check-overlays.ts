import {readTemplates} from '../../disk/templates.js'
import {LabError} from '../../errors.js'
import type {Topology} from '../../model/topology.js'
import {contradictionTexts, hasLayers} from '../../render/contradictions.js'
import type {LabContext} from '../context.js'

/**
 * Warns of all that the user's configuration files say otherwise than the lab. Throws `overlay-invalid` for what can't be merged, and
 * with `strict` for every contradiction, all in one.
 */
export async function checkOverlays(
  topology: Topology,
  {templates, reporter}: Pick<LabContext, 'templates' | 'reporter'>,
  strict = false,
): Promise<void> {
  if (!topology.nodes.some(hasLayers)) return
  const texts = contradictionTexts(topology, await readTemplates(templates))
  const {lab} = topology.settings
  if (!strict) {
    for (const text of texts) reporter.on({subject: lab, state: 'warning', text})
    return
  }
  const [first, ...evidence] = texts
  if (first !== undefined)
    throw new LabError('overlay-invalid', first, {
      evidence,
      next: ['Correct the files', "apim-lab up (without --strict: the lab's own values are kept)"],
    })
}
