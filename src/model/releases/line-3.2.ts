import {RULES_3_2} from '../../config/rules-3x.js'
import type {Gate, Release} from '../release.js'
import {LINKS_3_2} from './links-3.2.js'
import {onAdminUser, onPublisher, onSchema, product3x, type Product3x} from './product-3x.js'
import {REST_3_2} from './rest-3x.js'
import {MYSQL} from './servers/mysql.js'
import {POSTGRESQL} from './servers/postgresql.js'

/** The analytics of the whole 3.2 line: docker-apim's branch 3.2.1.x has none of its own. */
const ANALYTICS = '3.2.0'

const onTrafficManager: Gate = {
  on: 'traffic-manager',
  reason: 'it serves the key manager configuration, which this node gives up on after 15 tries, 15 s apart',
}

const onTopics: Gate = {
  ...onTrafficManager,
  reason: `${onTrafficManager.reason}; a topic that it can't listen to is tried again after 20 s, then up to an hour later`,
}

/** A release of the 3.2 line: profiles by PROFILE_NAME, an event hub, no JDBC driver in its images. */
export function product32(own: Pick<Product3x, 'name' | 'released' | 'unconfirmed' | 'java'>): Release {
  return product3x({
    ...own,
    line: '3.2',
    analytics: ANALYTICS,
    // Tags: kubernetes-apim 3.2.x _helpers.tpl.
    images: {
      apim: `wso2/wso2am:${own.name}`,
      worker: `wso2/wso2am-analytics-worker:${ANALYTICS}`,
      dashboard: `wso2/wso2am-analytics-dashboard:${ANALYTICS}`,
    },
    gates: {
      'key-manager': [onSchema],
      'traffic-manager': [
        onSchema,
        {
          ...onAdminUser,
          reason: `${onAdminUser.reason}; it answers 500 to all who ask it for key managers until this one is up`,
        },
      ],
      publisher: [onSchema, onTrafficManager],
      devportal: [onSchema, onTrafficManager],
      gateway: [onTopics],
      'analytics-worker': [onSchema],
      'analytics-dashboard': [onSchema, onPublisher],
    },
    links: LINKS_3_2,
    config: RULES_3_2,
    rest: REST_3_2,
    // docker-apim CHANGELOG v3.2.0.1: the driver is no longer packaged.
    needsDriver: true,
    debugAddress: '*:',
    servers: [MYSQL, POSTGRESQL],
  })
}
