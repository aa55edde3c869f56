import {stringify} from 'yaml'
import {checkLabName} from '../names.js'
import {DEFAULTS} from '../settings.js'

export interface SampleOptions {
  readonly lab: string
  readonly release?: string
  /** Path of the JSON Schema relative to the new file, where there is one. */
  readonly schema?: string
}

const setting = (key: string, value: string) => stringify({[key]: value}, {lineWidth: 0}).trimEnd()

// `## ` explains and `# ` is a setting, so an editor's "toggle comment" on a setting makes it valid YAML.
const body = `
## Host names are <component>.<lab>.<domain>. Default: ${DEFAULTS.domain}, which resolves in browsers and curl.
# domain: ${DEFAULTS.domain}

## The analytics components, analytics-worker and analytics-dashboard. Default: ${DEFAULTS.analytics}
# analytics: ${DEFAULTS.analytics}

## Whether the lab is used with several tenants. Default: ${DEFAULTS.multiTenancy}
# multiTenancy: ${DEFAULTS.multiTenancy}

## Whether gateways use shareddb: true, false, or auto (only with multi-tenancy). Default: ${DEFAULTS.gatewaySharedDb}
# gateway:
#   sharedDb: ${DEFAULTS.gatewaySharedDb}

## Where WSO2's images come from: a registry, a tag, and what is added to it (alpine, centos or rocky).
## Default: the release's own, such as wso2/wso2am:3.2.0
## Or images that were built here (images build --from ZIP): newest, an update level, or the first digits of a SHA-256.
# images:
#   registry: docker.wso2.com
#   tag: 3.2.0.14
#   variant: alpine
#   build: newest

## Whose certificates the nodes have: lab, or product (those in WSO2's images, which expired in 2022). Default: ${DEFAULTS.tls}
# tls: ${DEFAULTS.tls}

## Less memory for each JVM: slower, and large APIs may not fit. Default: ${DEFAULTS.small}
# small: ${DEFAULTS.small}

## Where the lab can be reached: an IP address of this machine (default: ${DEFAULTS.address}), and a number that is added
## to every published port, 0 to 50000 (default: ${DEFAULTS.portOffset}), so that several labs run side by side.
## The port that browsers use for HTTPS, whatever the component (default: the product's ports, 9443, 8243 and 9643).
# ports:
#   address: ${DEFAULTS.address}
#   offset: ${DEFAULTS.portOffset}
#   public: 443

## The database server. Memory: 512m, 2g, or a number of MB. Default: ${DEFAULTS.mysqlImage}, 768m, nothing in the environment.
## The JDBC driver for images that have none: a JAR file beside or below this file, or image where they have one.
## Default: it is downloaded once. Character set and collation that the databases are made with (default: ${DEFAULTS.mysqlCharset} and
## its own one), the SQL mode (default: the server's own), a file like my.cnf that the server reads last.
# mysql:
#   image: ${DEFAULTS.mysqlImage}
#   charset: ${DEFAULTS.mysqlCharset}
#   collation: latin1_swedish_ci
#   sqlMode: STRICT_TRANS_TABLES
#   config: my.cnf
#   driver: mysql-connector.jar
#   memory: 768m
#   environment:
#     TZ: UTC

## The load balancer, nginx. Default: ${DEFAULTS.loadBalancerImage}, 128m. hosts: each component has its own host name (each), or all have
## one (one), as behind a production proxy: host, by default <lab>.<domain>, and the path tells whose a request is.
## config: a file beside or below this file that stands in place of the rendered nginx.conf. It listens on the lab's
## ports; certificate and key are in /etc/apim-lab/tls.pem, the authority in /etc/apim-lab/ca.pem. Default: none
# loadBalancer:
#   image: ${DEFAULTS.loadBalancerImage}
#   hosts: ${DEFAULTS.hosts}
#   host: apim.example.com
#   config: nginx.conf
#   memory: 128m

## Each component by its name: publisher, devportal, key-manager, gateway, traffic-manager, analytics-worker,
## analytics-dashboard (\`apim-lab releases\` tells which ones a release has). Every key is optional:
##   replicas     number of nodes; 0 leaves the component out. Default: 1
##   release      its nodes are of another release: image, home, configuration. Default: the lab's
##   offset       moves all ports that its nodes listen on, and what others call: server.offset. Default: 0
##   memory       of each node: 512m, 2g, or a number of MB. Default: what the release says
##   environment  environment variables of each node. Default: none
##   heap         of each node's JVM: 512m, 2g, or a number of MB. Default: what the release says
##   debugPort    port of this machine on which the first node's JVM takes a debugger; the next node's is one higher
##   logLevels    by logger. Default: what the image has
##   image        runs instead of the release's own. Default: the release's own
##   overlay      a TOML file beside or below this file that is merged over the rendered configuration, over the overlay
##                for all. What contradicts the lab is left out, with a warning; --strict refuses it. Default: none
##   remove       key paths that the configuration shall not have. Default: none
##   config       a file beside or below this file that stands in place of the rendered configuration. Default: none
##   files        files beside or below this file by the path that they are mounted at, read-only. Default: none
##   patches      JAR files that replace what the product ships (patch9999), dropins: JAR files beside it. Default: none
##   correlationLogs  whether the product writes them. Default: false
##   keyStore     a file beside or below this file in place of the lab's key store; trustStore: in place of its trust
##                store. An overlay says their passwords, key_password and alias. Default: none
##   certificate  untrusted: its nodes' certificate is one that no other node trusts. Default: lab
# components:
#   gateway:
#     replicas: 1
#     release: 3.1.0
#     offset: 3
#     memory: 1536m
#     environment:
#       JAVA_OPTS: -Dorg.example.debug=true
#     heap: 768m
#     debugPort: 5005
#     logLevels:
#       org.wso2.carbon.apimgt.gateway: DEBUG
#     image: wso2/wso2am:3.2.0
#     overlay: gateway.toml
#     remove: [apim.event_hub]
#     config: whole-gateway.toml
#     files:
#       /home/wso2carbon/own.txt: own.txt
#     patches: [patch.jar]
#     dropins: [own.jar]
#     correlationLogs: false
#     keyStore: own.jks
#     trustStore: own-trust.jks
#     certificate: lab
#   traffic-manager:
#     replicas: 1

## Single nodes by their names, stronger than what their component says. Default: none
# nodes:
#   gateway-1:
#     memory: 1536m
#     environment:
#       JAVA_OPTS: -Dorg.example.debug=true
#     image: wso2/wso2am:3.2.0
#     overlay: gateway-1.toml
#     remove: [apim.cache.jwt_claim]
#     config: whole-gateway-1.toml
#     files:
#       /home/wso2carbon/own.txt: own.txt

## A TOML file beside or below this file that is merged over every rendered deployment.toml. Default: none
# overlay: all.toml

## Key paths that no configuration shall have, such as apim.gateway.environment[name=Default]. Default: none
# remove: [apim.event_hub]
`

/** The commented lab file that `init` writes: the lab's name, and every other key with its default, commented out. */
export function sampleLabFile({lab, release, schema}: SampleOptions): string {
  return [
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
    '## The settings of a lab. Flags are stronger than this file, this file is stronger than what the lab already has.',
    '## Lines that begin with "# " are settings: remove these two characters to use one.',
    '',
    '## Name of the lab; part of container and host names. Default: apim',
    setting('name', checkLabName(lab)),
    '',
    '## Release to run: see `apim-lab releases`. Default: 3.2.0 where its images can be had, else mini',
    release === undefined ? '# release: mini' : setting('release', release),
    body,
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}
