import {needed, type MakeComponent} from '../../component.js'
import {readEnvironments} from '../../config/environments.js'
import {makeHubClient} from '../../events/hub.js'
import {adaptedApis, adaptedRoutes} from '../../http/adapted.js'
import {makeDevportal} from '../devportal/devportal.js'
import {makeKeyManager} from '../key-manager/key-manager.js'
import {makePublisher} from '../publisher/publisher.js'
import {makeEventHub} from './event-hub.js'
import {makeServiceCatalog} from './service-catalog.js'
import {rest4} from './rest-4.js'
import {together} from './together.js'

/** 3.2.0's components in that order: of what several answer, tokens, the key manager's comes first, which tells of revocations. */
const PARTS: readonly MakeComponent[] = [makeKeyManager, makeEventHub, makePublisher, makeDevportal, makeServiceCatalog]

/** Where 4.1 and later change their logs: of it mini has nothing. utils/constants.go of product-apim-tooling v4.2.0. */
const DEVOPS = {base: '/api/am/devops/v0', name: 'DevOps'}

/** The control plane of the built-in release: publisher, developer portal, administration, tokens and event hub in one, with the REST APIs of 4.x. */
export const makeControlPlane: MakeComponent = context => {
  const shared = {...context, hub: makeHubClient(context)}
  const whole = together(PARTS.map(make => make(shared)))
  const adaptation = rest4(needed(context, 'WSO2AM_DB'), readEnvironments(context.config.settings))
  return {
    ...whole,
    apis: [...adaptedApis(whole.apis ?? [], adaptation), DEVOPS],
    routes: {management: adaptedRoutes(whole.routes?.management ?? [], adaptation)},
  }
}
