import type {Engine} from '../engine/engine.js'
import {buildTopology} from '../model/build-topology.js'
import {chooseRelease} from './choose-release.js'
import type {LabContext} from './context.js'
import {withBuiltImages} from './distribution/named.js'
import {releaseOf} from './ownership.js'
import {settle, UNASKED, type SettledLab, type SettleOptions} from './settle.js'

/** The lab with the release that `up` would take; without an engine, with the default one where nothing names one. */
export async function settleAsUp(
  options: SettleOptions & {readonly offline: boolean},
  context: LabContext,
  engine: Engine | undefined,
): Promise<SettledLab> {
  const settled = await settle(options, context)
  if (!engine) return settled
  return withNames(
    settled.reason === UNASKED.reason ? await settleChosen(options, context, settled, engine) : settled,
    engine,
  )
}

/** With the names of the built images that the lab file asks for. */
async function withNames(settled: SettledLab, engine: Engine): Promise<SettledLab> {
  const settings = await withBuiltImages(settled.topology.settings, settled.release, engine)
  return {...settled, topology: buildTopology(settings, settled.release)}
}

async function settleChosen(
  options: SettleOptions & {readonly offline: boolean},
  context: LabContext,
  settled: SettledLab,
  engine: Engine,
): Promise<SettledLab> {
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
