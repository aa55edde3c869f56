import {LabError} from '../../errors.js'
import {isTls} from '../../model/open-ports.js'
import {placeOf} from '../../model/services.js'
import type {Topology} from '../../model/topology.js'

/** The URL of a backend that the release has itself, as gateways call it. Throws `usage-invalid` where the release has none. */
export function sampleBackendOf(topology: Topology): string {
  const place = placeOf('sample-backend', topology)
  if (!place)
    throw new LabError(
      'usage-invalid',
      `Release ${topology.release.name} has no sample backend for an API that is to stay.`,
      {
        next: ['apim-lab verify'],
      },
    )
  const {port, path, component} = place
  const host = component === placeOf('gateway-https', topology)?.component ? 'localhost' : component
  return `${isTls(port.protocol) ? 'https' : 'http'}://${host}:${port.port}${path}`
}
