import {needed, type MakeComponent} from '../../component.js'
import {nodeGuard, oauthNode} from '../../oauth/node-guard.js'
import {catalogRoutes, CATALOG, CATALOG_WORDS} from './catalog-routes.js'

/** 4.x's service catalog: services that APIs are made of, each with its definition. */
export const makeServiceCatalog: MakeComponent = context => ({
  apis: [{base: CATALOG, name: 'Service Catalog', words: CATALOG_WORDS}],
  routes: {
    management: catalogRoutes({
      apim: needed(context, 'WSO2AM_DB'),
      shared: needed(context, 'WSO2SHARED_DB'),
      guard: nodeGuard(oauthNode(context)),
    }),
  },
})
