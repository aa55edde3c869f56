import * as z from 'zod'
import {oneFile, textFile} from '../../settings/files.js'
import {setting} from '../../settings/row.js'
import * as value from '../../settings/values.js'

const TABLES = 'their tables have it'

const charset = value.pattern(/^[a-z][a-z0-9]*$/, 'a character set of MySQL such as latin1 or utf8mb4', 32)
const collation = value.pattern(/^[a-z][a-z0-9_]*$/, 'a collation of MySQL such as latin1_swedish_ci', 64)
const sqlMode = value.pattern(/^[A-Z_]*(?:,[A-Z_]+)*$/, 'modes of MySQL such as STRICT_TRANS_TABLES,ANSI_QUOTES')

/** MySQL's own settings, in the order of the lab file. */
export const MYSQL_SETTINGS = {
  mysqlImage: setting({
    at: 'mysql.image',
    text: 'Image of the database server',
    schema: value.image,
    // docs-apim 4.0.0 to 4.6.0, product-compatibility.md: tested with MySQL 5.7 and 8, from 4.4.0 on with 8.4 too.
    default: 'mysql:8.0',
    otherwise: 'mysql:8.0; of 4.7.0 mysql:8.4',
    quiet: true,
  }),
  mysqlCharset: setting({
    at: 'mysql.charset',
    text: 'Character set that the databases are made with',
    schema: charset,
    // Analytics tables need it: under utf8 their keys are too long.
    default: 'latin1',
    stored: TABLES,
  }),
  mysqlCollation: setting({
    at: 'mysql.collation',
    text: 'Collation that the databases are made with',
    schema: collation,
    kept: z.union([z.literal(''), collation]),
    default: '',
    otherwise: "the character set's own",
    example: 'latin1_swedish_ci',
    stored: TABLES,
  }),
  mysqlSqlMode: setting({
    at: 'mysql.sqlMode',
    text: 'SQL mode of the server; empty forbids nothing',
    schema: sqlMode,
    otherwise: "the server's own",
    example: 'STRICT_TRANS_TABLES',
  }),
  mysqlConfig: setting({
    at: 'mysql.config',
    text: "File in my.cnf's format, relative to the lab file, that the server reads after the lab's own",
    schema: value.configPath,
    kept: textFile,
    files: oneFile('config'),
    otherwise: 'none',
    example: 'my.cnf',
  }),
  mysqlDriver: setting({
    at: 'mysql.driver',
    text: 'JDBC driver: a JAR file, relative to the lab file, or image where the images have one',
    schema: value.driver,
    // Absolute path of the file, or `image`.
    kept: z.string(),
    value: said => (said === 'image' ? said : undefined),
    files: said => (said === 'image' ? [] : oneFile('driver')(said)),
    default: '',
    otherwise: 'downloaded once',
    example: 'mysql-connector.jar',
    flag: {
      name: 'driver',
      summary: 'JDBC driver, a JAR file, for images that have none.',
      helpValue: 'PATH',
      isPath: true,
    },
  }),
}
