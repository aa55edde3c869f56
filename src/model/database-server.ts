import type {LogFormat} from './log-format.js'
import type {LAB_SETTINGS} from './settings/lab-settings.js'
import type {LabSettings, TextFile} from './settings.js'

/** The account that reads the marker row, and the one behind the SQL client: neither is a component's. */
export const PROBE_ACCOUNT = 'lab-probe'
export const ADMIN_ACCOUNT = 'lab-admin'

/** The database that has the marker row, and nothing else. */
export const MARKER_DATABASE = 'apim_lab'

/** Settings of the whole lab that have values of this type. */
type KeysFor<T> = {[K in keyof Rows]: LabSettings[K] extends T ? K : never}[keyof Rows]
type Rows = typeof LAB_SETTINGS

/** A JAR file that components speak to a server with. */
export interface DriverSpec {
  readonly name: string
  readonly file: string
  readonly url: string
  readonly sha256: string
  /** About how much is downloaded; absent: unknown. */
  readonly bytes?: number
  /** Name of such a file, in an image or elsewhere. */
  readonly files: RegExp
  /** What a user would call one of their own. */
  readonly family: string
}

/** A file of the server's, in its folder of the lab folder. */
export interface ServerFile {
  readonly path: string
  /** Below the server's templates, one after the other. */
  readonly templates: readonly string[]
  /** The account that its `user` and `password` are. */
  readonly login?: 'probe' | 'admin'
}

/** How the server's container is made. Paths are absolute, inside it. */
export interface ServerContainer {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Where its folder of the lab folder is. */
  readonly folder: string
  /** Files of that folder that it reads somewhere else, by their path. */
  readonly alsoAt: Readonly<Record<string, string>>
  /** Where its data is: a volume. */
  readonly data: string
  /** Where the schema scripts are: a volume. */
  readonly scripts: string
  readonly memoryMb: number
  readonly capabilities: readonly string[]
}

/** How its databases are written down. */
export interface DumpSpec {
  /** A command, inside the container, that prints the statements which make a database's tables, as the administrator. */
  readonly structure: (database: string) => readonly string[]
  /** A query, said to `clientOn`, whose lines are `table<tab>column`, in order. */
  readonly columns: (database: string) => string
  /** The same client, which prints rows alone, a line each. */
  readonly rowsOn: (database: string) => readonly string[]
  /** A name as it stands in a query. */
  readonly quoted: (name: string) => string
}

/** Everything that differs between database servers, as data. */
export interface DatabaseServerSpec {
  /** Its service, host, volume, image of ours, folder of templates, and block of the lab file. */
  readonly name: string
  readonly title: string
  /** What the product calls it: `database.type` in a deployment.toml. */
  readonly type: string
  readonly port: number
  /** The helper's client that speaks to it. */
  readonly protocol: string
  readonly jdbc: {
    /** First: what URLs begin with, after `jdbc:`. The others lead there too. */
    readonly schemes: readonly [string, ...string[]]
    readonly driver: string
    readonly parameters: readonly string[]
  }
  readonly driver: DriverSpec
  /** What the product calls its schema scripts. */
  readonly script: string
  readonly container: ServerContainer
  /** The SQL client as the administrator, inside the container. */
  readonly client: readonly string[]
  /** How it is made to take no changes for a while: the client's option before a statement, and the statements. */
  readonly readOnly: {readonly option: string; readonly begin: readonly string[]; readonly end: readonly string[]}
  /** The same, reading statements of a database of the release until the first that fails. */
  readonly clientOn: (database: string) => readonly string[]
  /** A shell command, inside the container, that prints something when the marker row is there. */
  readonly markerCommand: string
  readonly logFormat: LogFormat
  readonly dump: DumpSpec
  /** What it logs when its schema scripts have run. */
  readonly schemaLog: string
  readonly files: readonly ServerFile[]
  /** What a container is given that makes the databases which labs are copied from: its files by where they go. Absent: each lab makes its own. */
  readonly seed?: Readonly<Record<string, string>>
  /** Which settings are its own. */
  readonly settings: {
    readonly image: KeysFor<string>
    /** A JDBC driver of the user's. */
    readonly driver: KeysFor<string>
    /** A file that it reads after the lab's. */
    readonly config?: {readonly key: KeysFor<TextFile | undefined>; readonly path: string}
  }
  /** What its templates are told of its settings. */
  readonly view: (settings: LabSettings) => Readonly<Record<string, string | boolean>>
}
