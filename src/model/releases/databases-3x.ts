import type {DatabaseSpec, DatabaseUse} from '../release.js'

export const apimgtdb: DatabaseUse = {database: 'apimgtdb', access: 'all', key: 'database.apim_db'}
export const shareddb: DatabaseUse = {database: 'shareddb', access: 'all', key: 'database.shared_db'}

/** Use of a database by the analytics: a datasource of its deployment.yaml. */
export const datasource = (database: string, name: string, access: 'all' | 'read' = 'all'): DatabaseUse => ({
  database,
  access,
  key: `wso2.datasources.dataSources[name=${name}].definition.configuration`,
})

/** Databases of a 3.x deployment. The analytics ones have no script: their tables are made at run time. */
export const DATABASES_3X: readonly DatabaseSpec[] = [
  {name: 'shareddb', scripts: 'dbscripts', scriptOf: 'key-manager'},
  {name: 'apimgtdb', scripts: 'dbscripts/apimgt', scriptOf: 'key-manager'},
  {name: 'statisticsdb'},
  {name: 'permissionsdb'},
  {name: 'dashboarddb'},
  {name: 'businessrulesdb'},
]
