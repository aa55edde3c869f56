import type {Engine} from '../engine/engine.js'
import {chooseRelease} from './choose-release.js'
import type {LabContext} from './context.js'
import {releaseOf} from './ownership.js'
import {settle, UNASKED, type SettledLab, type SettleOptions} from './settle.js'

/** The lab with the release that `up` would take; without an engine, with the default one where nothing names one. */
export async function settleAsUp(
  options: SettleOptions & {readonly offline: boolean},
  context: LabContext,
  engine: Engine | undefined,
): Promise<SettledLab> {
  const settled = await settle(options, context)
  if (!engine || settled.reason !== UNASKED.reason) return settled
  const choice = await chooseRelease(
    {
      flag: undefined,
      labFile: undefined,
      kept: releaseOf(await engine.observe(settled.topology.settings.lab)),
      offline: options.offline,
    },
    context.releases,
    () => Promise.resolve(engine),
    context.signal,
  )
  return settle(options, context, {name: choice.release.name, reason: choice.reason})
}
