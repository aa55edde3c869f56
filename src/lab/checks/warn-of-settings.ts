import {exposureOf} from '../../model/exposure.js'
import type {Reporter} from '../../report/reporter.js'
import type {ResolvedLab} from '../resolve/resolve-lab.js'

/** Tells what will not work in a lab as its settings want it. */
export function warnOfSettings(
  {topology: {settings, release}, sources}: Pick<ResolvedLab, 'topology' | 'sources'>,
  reporter: Reporter,
): void {
  if (settings.tls === 'product' && release.productTlsWarning !== undefined)
    reporter.on({subject: settings.lab, state: 'warning', text: `tls: product: ${release.productTlsWarning}`})
  // The default says nothing: nobody asked for it.
  const isAsked = sources['analytics'] === 'flag' || sources['analytics'] === 'lab file'
  if (settings.analytics && isAsked && release.analyticsInstead !== undefined)
    reporter.on({
      subject: settings.lab,
      state: 'warning',
      text: `analytics: release ${release.name} has no components for them: ${release.analyticsInstead}`,
    })
  for (const {name, release: own} of release.components)
    if (own !== undefined)
      reporter.on({
        subject: settings.lab,
        state: 'warning',
        text: `${name} is of ${own} in a lab of ${release.name}: the product has one version for all nodes, but for the time of an upgrade; update levels can differ, by an image`,
      })
  const exposure = exposureOf(settings)
  if (exposure !== undefined) reporter.on({subject: settings.lab, state: 'warning', text: exposure})
}
