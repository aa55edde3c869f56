import {inCluster} from './in-cluster.js'

/** What a developer portal needs of a lab, without analytics; `added`: what stands in its own configuration besides. */
export const inPortals = (added = '') =>
  inCluster(['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1'], {
    analytics: false,
    edited: (name, config) => (name.startsWith('devportal') ? `${config}\n${added}` : config),
  })
