import {STATISTICS_TABLES} from '../analytics/tables.js'
import type {Profile} from '../profiles.js'
import {REVISION_TABLES} from '../revisions/revision-tables.js'
import {SERVICE_TABLES} from '../service-catalog/service-tables.js'
import {dotted, type KeyPath} from './keys.js'

export interface DatabaseSpec {
  /** The name WSO2's documents use for it; the name on the server is the user's choice. */
  readonly name: string
  readonly why: string
  /** Where the three values stand: a table of deployment.toml, or a datasource of deployment.yaml by its name. */
  readonly at: {readonly table: KeyPath} | {readonly datasource: string}
  readonly optional?: true
  /** Tables without which the component can't work, and what makes them. */
  readonly tables: readonly string[]
  readonly madeBy: string
  /** Tables that the component makes itself at run time, as the product's does. */
  readonly creates?: readonly string[]
}

// AM_SCOPE_BINDING and UM_UUID_DOMAIN_MAPPER come last in the product's scripts: a script that broke off shows.
const APIM_TABLES = ['AM_API', 'AM_APPLICATION', 'AM_SUBSCRIPTION', 'AM_KEY_MANAGER', 'SP_APP', 'AM_SCOPE_BINDING']
const SHARED_TABLES = ['UM_TENANT', 'UM_DOMAIN', 'UM_USER', 'UM_ROLE', 'UM_USER_ROLE', 'UM_UUID_DOMAIN_MAPPER']

const apim: DatabaseSpec = {
  name: 'WSO2AM_DB',
  why: 'it holds APIs, applications and subscriptions',
  at: {table: dotted('database.apim_db')},
  tables: APIM_TABLES,
  madeBy: 'dbscripts/apimgt/mysql.sql',
}

const shared: DatabaseSpec = {
  name: 'WSO2SHARED_DB',
  why: 'it holds users, roles and tenants',
  at: {table: dotted('database.shared_db')},
  tables: SHARED_TABLES,
  madeBy: 'dbscripts/mysql.sql',
}

const datasource = (name: string, why: string): DatabaseSpec => ({
  name,
  why,
  at: {datasource: name},
  tables: [],
  madeBy: 'the component that uses it',
})

const permissions = datasource('WSO2_PERMISSIONS_DB', 'it holds who may see which dashboard')
const statistics = {
  ...datasource('APIM_ANALYTICS_DB', 'it holds the statistics'),
  // Of worker and dashboard whoever is first makes them.
  creates: STATISTICS_TABLES,
}

/**
 * The one table of the statistics database that has a script: wso2/worker/dbscripts/apim-analytics/mysql.sql of analytics-apim v3.2.0;
 * its columns as in 3.2.0's own schema. The others are made by the event processor, at run time too.
 */
const USAGE_FILES = `CREATE TABLE IF NOT EXISTS AM_USAGE_UPLOADED_FILES (
  TENANT_DOMAIN varchar(255) NOT NULL,
  FILE_NAME varchar(255) NOT NULL,
  FILE_TIMESTAMP timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  FILE_PROCESSED tinyint(1) DEFAULT 0,
  FILE_CONTENT mediumblob,
  PRIMARY KEY (TENANT_DOMAIN, FILE_NAME, FILE_TIMESTAMP)
)`

/** As the product's business rules manager makes it, as far as mini uses it. */
const BUSINESS_RULES = `CREATE TABLE IF NOT EXISTS BUSINESS_RULES (
  UUID VARCHAR(100) NOT NULL,
  CONTENT BLOB,
  DEPLOYMENT_STATUS INT,
  PRIMARY KEY (UUID)
)`

/**
 * The databases of each profile of 3.2.0. Datasource names: product/distribution/carbon-home/conf/{worker,dashboard}/deployment.yaml of
 * wso2/analytics-apim (v3.2.0); which of them kubernetes-apim 3.2.x (advanced/am-pattern-3) puts on MySQL.
 */
export const DATABASES: Readonly<Record<Profile, readonly DatabaseSpec[]>> = {
  'api-publisher': [apim, shared],
  'api-devportal': [apim, shared],
  'api-key-manager': [apim, shared],
  'traffic-manager': [apim, shared],
  // A gateway has no way into the API database; the shared one only with tenants or several gateways.
  'gateway-worker': [{...shared, optional: true}],
  worker: [permissions, {...statistics, creates: [USAGE_FILES, ...STATISTICS_TABLES]}],
  dashboard: [
    datasource('WSO2_DASHBOARD_DB', 'it holds the dashboards'),
    {...datasource('BUSINESS_RULES_DB', 'it holds the business rules'), creates: [BUSINESS_RULES]},
    permissions,
    statistics,
    {...apim, name: 'AM_DB', why: 'the dashboard looks up APIs and applications in it', at: {datasource: 'AM_DB'}},
  ],
  // 4.4.0: its templates of deployment.toml, as for 3.2.0. Revisions and the service catalog came with 4.0.
  'control-plane': [{...apim, creates: [...REVISION_TABLES, ...SERVICE_TABLES]}, shared],
  'api-key-manager-node': [apim, shared],
  'traffic-manager-4': [apim, shared],
  'gateway-worker-4': [{...shared, optional: true}],
}
