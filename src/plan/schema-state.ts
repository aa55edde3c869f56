/** What is known of the databases' tables before anything is planned. */
export interface SchemaState {
  /** The database server has run the schema scripts on the volume that is there. */
  readonly complete: boolean
}

export const NO_SCHEMA: SchemaState = {complete: false}
