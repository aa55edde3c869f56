import type {DriverSpec} from '../../database-server.js'

/**
 * MySQL's JDBC driver for images that have none. WSO2's own Dockerfiles and charts take 8.0.17 (docker-apim 3.2.x to 4.2.x, kubernetes-apim
 * 3.2.x), and this one (docker-apim 4.3.x to 4.6.x): the last one of the same coordinates, for Java 8 and later. Checksum and size: docker-library's repo-info of the official
 * xwiki image (MYSQL_JDBC_SHA256, 8.0.30).
 */
export const MYSQL_DRIVER: DriverSpec = {
  name: 'MySQL Connector/J 8.0.30',
  file: 'mysql-connector-java-8.0.30.jar',
  url: 'https://repo1.maven.org/maven2/mysql/mysql-connector-java/8.0.30/mysql-connector-java-8.0.30.jar',
  sha256: 'b5bf2f0987197c30adf74a9e419b89cda4c257da2d1142871f508416d5f2227a',
  bytes: 2_513_563,
  files: /(^|\/)mysql-connector-(j|java)-[^/]*\.jar$/,
  family: 'MySQL Connector/J',
}

/** That of 4.7.0 (docker-apim 4.7.x). Checksum and size: of the file itself, as Maven's client brought it. */
export const MYSQL_DRIVER_9: DriverSpec = {
  ...MYSQL_DRIVER,
  name: 'MySQL Connector/J 9.7.0',
  file: 'mysql-connector-j-9.7.0.jar',
  url: new URL('/maven2/com/mysql/mysql-connector-j/9.7.0/mysql-connector-j-9.7.0.jar', MYSQL_DRIVER.url).href,
  sha256: '0353648eaa1c91e0f4020c959abf756bc866ffd583df22ae6b6f6e0cbd43eb44',
  bytes: 2_607_237,
}

/**
 * PostgreSQL's JDBC driver, for Java 8 and later: the product's documentation leaves the version to the user (docs-apim, changing to
 * PostgreSQL). Checksum: docker-library's repo-info of the official xwiki image (POSTGRES_JDBC_SHA256, 42.7.8). From where MySQL's is.
 * In dropins as MySQL's: by its manifest it is a bundle that needs nothing but javax.sql, javax.naming and javax.transaction.xa.
 */
export const POSTGRESQL_DRIVER: DriverSpec = {
  name: 'PostgreSQL JDBC 42.7.8',
  file: 'postgresql-42.7.8.jar',
  url: new URL('/maven2/org/postgresql/postgresql/42.7.8/postgresql-42.7.8.jar', MYSQL_DRIVER.url).href,
  sha256: '2a32a9dcbc42d67a50ad3a0de5efd102c8d2be46720045f2cbd6689f160ab7c7',
  files: /(^|\/)postgresql-[^/]*\.jar$/,
  family: 'PostgreSQL JDBC driver',
}
