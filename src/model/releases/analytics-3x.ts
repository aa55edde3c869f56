import type {ComponentSpec} from '../release.js'
import {datasource} from './databases-3x.js'

type AnalyticsPart = Pick<ComponentSpec, 'title' | 'ports' | 'databases'>

/** The two components of analytics in 3.x, by the word that images and folders have for them. */
export const ANALYTICS_PARTS = {
  worker: {
    title: 'Analytics Worker',
    ports: [
      {port: 9444, protocol: 'https', purpose: 'business rules'},
      {port: 9091, protocol: 'http', purpose: 'management'},
      {port: 7612, protocol: 'tcp', purpose: 'analytics events'},
      {port: 7712, protocol: 'tls', purpose: 'authentication of analytics events'},
      {port: 9612, protocol: 'tcp', purpose: 'analytics events, binary'},
      {port: 9712, protocol: 'tls', purpose: 'authentication of analytics events, binary'},
      {port: 7444, protocol: 'https', purpose: 'store queries'},
      {port: 7071, protocol: 'http', purpose: 'store queries'},
    ],
    databases: [datasource('permissionsdb', 'WSO2_PERMISSIONS_DB'), datasource('statisticsdb', 'APIM_ANALYTICS_DB')],
  },
  dashboard: {
    title: 'Analytics Dashboard',
    ports: [
      {
        port: 9643,
        protocol: 'https',
        purpose: 'dashboard',
        open: true,
        paths: ['/analytics-dashboard', '/business-rules'],
      },
      {port: 9092, protocol: 'http', purpose: 'management'},
    ],
    databases: [
      datasource('apimgtdb', 'AM_DB', 'read'),
      datasource('statisticsdb', 'APIM_ANALYTICS_DB'),
      datasource('permissionsdb', 'WSO2_PERMISSIONS_DB'),
      datasource('dashboarddb', 'WSO2_DASHBOARD_DB'),
      datasource('businessrulesdb', 'BUSINESS_RULES_DB'),
    ],
  },
} as const satisfies Readonly<Record<string, AnalyticsPart>>
