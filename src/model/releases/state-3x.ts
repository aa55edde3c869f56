import type {ComponentSpec} from '../release.js'

type State = Pick<ComponentSpec, 'statePaths' | 'remade'>

const REMADE = {
  databases: {
    path: 'repository/database',
    reason: 'the embedded databases live and end with their container: a new one fills them from the shared ones',
  },
  index: {
    path: 'solr',
    reason: 'the search index; the time up to which it is made stands in an embedded database, so both are made anew',
  },
} as const

const deployed = (component: string, home: string): State => {
  const deployment = `${home}/repository/deployment/server`
  switch (component) {
    case 'gateway':
      return {
        statePaths: [
          {key: 'synapse-configs', path: `${deployment}/synapse-configs`, purpose: 'APIs that were deployed to it'},
        ],
      }
    case 'traffic-manager':
      return {
        statePaths: [
          {key: 'executionplans', path: `${deployment}/executionplans`, purpose: 'policies that were deployed to it'},
        ],
      }
    default:
      return {}
  }
}

const remadeOf = (component: string): NonNullable<State['remade']> => {
  const [, analytics] = /^analytics-(.+)$/.exec(component) ?? []
  if (analytics !== undefined)
    return [
      {
        path: `wso2/${analytics}/database`,
        reason: 'metrics of the node itself, and places by address, which the image has too',
      },
    ]
  return ['publisher', 'devportal'].includes(component) ? [REMADE.databases, REMADE.index] : [REMADE.databases]
}

/**
 * What a component of 3.x keeps of its own, and what it can make anew.
 *
 * Folders that WSO2's own charts keep too (kubernetes-apim 3.0.x to 3.2.x, pattern 3). A new named volume is filled with what the image
 * has there, and the image's entrypoint fills an empty one: nothing that is shipped is hidden.
 *
 * Not kept: the portals' Solr index and the embedded databases. The time up to which the index is made stands in WSO2CARBON_DB, so the
 * two live and end with their container, and a new one makes its index anew from shareddb; solr/data is made at run time, so a new
 * volume there would belong to root; and a message store that a kill has damaged is mended by making the container anew.
 */
export const state3x = (component: string, home: string): State => ({
  ...deployed(component, home),
  remade: remadeOf(component),
})
