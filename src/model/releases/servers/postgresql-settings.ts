import * as z from 'zod'
import {oneFile, textFile} from '../../settings/files.js'
import {setting} from '../../settings/row.js'
import * as value from '../../settings/values.js'

/** PostgreSQL's own settings, in the order of the lab file. */
export const POSTGRESQL_SETTINGS = {
  postgresqlImage: setting({
    at: 'postgresql.image',
    text: 'Image of the database server, one of Debian',
    schema: value.image,
    default: 'postgres:17',
    quiet: true,
  }),
  postgresqlConfig: setting({
    at: 'postgresql.config',
    text: "File in postgresql.conf's format, relative to the lab file, that the server reads after the lab's own",
    schema: value.configPath,
    kept: textFile,
    files: oneFile('config'),
    otherwise: 'none',
    example: 'postgresql.conf',
  }),
  postgresqlDriver: setting({
    at: 'postgresql.driver',
    text: 'JDBC driver: a JAR file, relative to the lab file, or image where the images have one',
    schema: value.driver,
    // Absolute path of the file, or `image`.
    kept: z.string(),
    value: said => (said === 'image' ? said : undefined),
    files: said => (said === 'image' ? [] : oneFile('driver')(said)),
    default: '',
    otherwise: 'downloaded once',
    example: 'postgresql.jar',
    flag: {
      name: 'postgresql-driver',
      summary: "PostgreSQL's JDBC driver, a JAR file, for images that have none.",
      helpValue: 'PATH',
      isPath: true,
    },
  }),
}
