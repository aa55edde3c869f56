import {exposureOf} from '../../model/exposure.js'
import type {Topology} from '../../model/topology.js'
import type {Reporter} from '../../report/reporter.js'

/** Tells what will not work in a lab as its settings want it. */
export function warnOfSettings({settings, release}: Topology, reporter: Reporter): void {
  if (settings.tls === 'product' && release.productTlsWarning !== undefined)
    reporter.on({subject: settings.lab, state: 'warning', text: `tls: product: ${release.productTlsWarning}`})
  const exposure = exposureOf(settings)
  if (exposure !== undefined) reporter.on({subject: settings.lab, state: 'warning', text: exposure})
}
