import * as z from 'zod'
import {filesByName, filesByTarget, mountedFile, mountedFiles, oneFile, textFile} from './files.js'
import {setting} from './row.js'
import * as value from './values.js'

const asWritten = (written: z.output<typeof value.environment>) =>
  Object.fromEntries(Object.entries(written).map(([name, own]) => [name, String(own)]))

/** Settings of a component that single nodes may have too. */
export const NODE_SETTINGS = {
  memoryMb: setting({
    at: 'memory',
    text: 'Memory of each node: 512m, 2g, or a number of MB',
    schema: value.memory,
    kept: value.megabytes,
    value: value.memoryMb,
    otherwise: 'what the release says',
    example: '1536m',
  }),
  environment: setting({
    at: 'environment',
    text: 'Environment variables; numbers and booleans are passed as they are written',
    schema: value.environment,
    kept: z.record(z.string(), z.string()),
    value: asWritten,
    otherwise: 'none',
    example: {JAVA_OPTS: '-Dorg.example.debug=true'},
    namesOnly: true,
  }),
  image: setting({
    at: 'image',
    text: "Image to run instead of the release's own",
    schema: value.image,
    example: 'wso2/wso2am:3.2.0',
  }),
  overlay: setting({
    at: 'overlay',
    text: 'TOML file, relative to the lab file, that is merged over the rendered configuration and the overlay for all; what contradicts the lab is left out with a warning, and refused with --strict',
    schema: value.overlayPath,
    kept: textFile,
    files: oneFile('overlay'),
    otherwise: 'none',
    example: (name: string) => `${name}.toml`,
  }),
  config: setting({
    at: 'config',
    text: 'File, relative to the lab file, that stands in place of the rendered configuration',
    schema: value.configPath,
    kept: textFile,
    files: oneFile('config'),
    otherwise: 'none',
    example: (name: string) => `whole-${name}.toml`,
  }),
  remove: setting({
    at: 'remove',
    text: 'Key paths that the configuration shall not have, such as apim.event_hub',
    schema: value.keyPaths,
    otherwise: 'none',
    example: ['apim.event_hub'],
  }),
  files: setting({
    at: 'files',
    text: 'Files, relative to the lab file, by the absolute path that they are mounted at, read-only',
    schema: z.record(value.containerPath, value.configPath, value.expected('a block of /PATH/IN/THE/CONTAINER: FILE')),
    kept: mountedFiles,
    files: filesByTarget,
    otherwise: 'none',
    example: {'/home/wso2carbon/own.txt': 'own.txt'},
    namesOnly: true,
  }),
}

/** Settings of each component, in the order of the lab file. */
export const COMPONENT_SETTINGS = {
  replicas: setting({
    at: 'replicas',
    text: 'Number of nodes; 0 leaves the component out',
    schema: value.replicas,
    otherwise: '1',
    example: 1,
  }),
  release: setting({
    at: 'release',
    text: "Its nodes are of another release: image, home, configuration; the database schema stays that of the lab's release",
    schema: value.releaseName,
    example: '3.1.0',
  }),
  offset: setting({
    at: 'offset',
    text: 'Moves all ports that its nodes listen on, and what others call: server.offset of the product',
    schema: value.nodeOffset,
    otherwise: '0',
    example: 3,
  }),
  ...NODE_SETTINGS,
  heapMb: setting({
    at: 'heap',
    text: "Heap of each node's JVM: 512m, 2g, or a number of MB",
    schema: value.memory,
    kept: value.megabytes,
    value: value.memoryMb,
    otherwise: 'what the release says',
    example: '768m',
  }),
  debugPort: setting({
    at: 'debugPort',
    text: "Port of this machine on which the first node's JVM takes a debugger; the next node's is one higher",
    schema: value.port,
    example: 5005,
  }),
  logLevels: setting({
    at: 'logLevels',
    text: 'Log levels by logger, such as org.wso2.carbon.apimgt.gateway: DEBUG',
    schema: value.logLevels,
    otherwise: 'what the image has',
    example: {'org.wso2.carbon.apimgt.gateway': 'DEBUG'},
    namesOnly: true,
  }),
  patches: setting({
    at: 'patches',
    text: 'JAR files, relative to the lab file, that replace what the product ships: patch9999',
    schema: value.jars,
    kept: mountedFiles,
    files: filesByName,
    otherwise: 'none',
    example: ['patch.jar'],
    namesOnly: true,
  }),
  dropins: setting({
    at: 'dropins',
    text: 'JAR files, relative to the lab file, beside what the product ships',
    schema: value.jars,
    kept: mountedFiles,
    files: filesByName,
    otherwise: 'none',
    example: ['own.jar'],
    namesOnly: true,
  }),
  correlationLogs: setting({
    at: 'correlationLogs',
    text: 'Whether the product writes correlation logs',
    schema: value.flag,
    otherwise: 'false',
    example: false,
  }),
  keyStore: setting({
    at: 'keyStore',
    text: "Key store, relative to the lab file, in place of the lab's; an overlay says its password, key_password and alias",
    schema: value.configPath,
    kept: mountedFile,
    files: oneFile('mount'),
    example: 'own.jks',
  }),
  trustStore: setting({
    at: 'trustStore',
    text: "Trust store, relative to the lab file, in place of the lab's; an overlay says its password",
    schema: value.configPath,
    kept: mountedFile,
    files: oneFile('mount'),
    example: 'own-trust.jks',
  }),
  certificate: setting({
    at: 'certificate',
    text: 'untrusted: its nodes have a certificate that no other node trusts, as PKIX errors need it',
    schema: value.certificate,
    otherwise: 'lab',
    example: 'lab',
  }),
}
