import type {FaultCode} from '../../config/resolve.js'
import type {Found, Rule} from '../rule.js'
import type {ParsedFile} from '../linted-set.js'
import {isTemplated} from '../templated.js'

const faults = (file: ParsedFile, code: FaultCode, isDefault: boolean): readonly Found[] =>
  file.faults
    .filter(fault => fault.code === code && fault.isDefault === isDefault && !isTemplated(fault.about))
    .map(fault => ({key: isDefault ? fault.about : fault.key, message: fault.message}))

/** What ends the product before it starts. Facts: wso2/config-mapper v1.0.2, seen on it. */
export const MAPPER_RULES: readonly Rule[] = [
  {
    code: 'required-missing',
    severity: 'error',
    title: 'A key is missing that a default of the product refers to',
    why: 'The defaults of the product take this value from the file, and have none of their own.',
    looksLike: "ConfigParserException: Configuration with key server.node_ip doesn't exist",
    fix: 'Add the key: `[server] node_ip = "127.0.0.1"`, or `"$env{NODE_IP}"`; the account below `[super_admin]`; `[database.shared_db]` with url and username.',
    // A part of a file, such as an overlay, gets the rest from elsewhere.
    check: file =>
      file.complete
        ? faults(file, 'reference-unknown', true).map(found => ({...found, message: `${found.key} is missing`}))
        : [],
  },
  {
    code: 'reference-unknown',
    severity: 'error',
    title: 'A `$ref{}` to a key that does not exist',
    why: 'The product ends before it starts where the key of a reference is neither in the file nor a default.',
    looksLike: "ConfigParserException: Configuration with key nowhere.key doesn't exist",
    fix: 'Name a key of this file, with all its tables: `$ref{super_admin.username}`.',
    check: file => (file.complete ? faults(file, 'reference-unknown', false) : []),
  },
  {
    code: 'reference-circle',
    severity: 'error',
    title: 'References form a circle',
    why: 'Each needs the other; the product ends before it starts.',
    looksLike: "ConfigParserException: References can't be resolved for",
    fix: 'Give one of the keys a value of its own.',
    check: file => faults(file, 'reference-circle', false),
  },
  {
    code: 'secret-unknown',
    severity: 'error',
    title: 'A `$secret{}` that is not below `[secrets]`',
    why: 'The product wants every secret that the file refers to in the table `[secrets]`, and ends before it starts.',
    looksLike: "ConfigParserException: Secret references can't be resolved for",
    fix: 'Add `[secrets]` with this name, then run `bin/ciphertool.sh -Dconfigure`.',
    check: file => (file.complete ? faults(file, 'secret-unknown', false) : []),
  },
  {
    code: 'value-refused',
    severity: 'error',
    title: 'A value that the product refuses',
    why: 'The product checks this value against a list, and ends before it starts.',
    looksLike: 'ConfigParserException: Validation failed for user_store.type. Expected value to match',
    fix: 'Take a value of the list.',
    check: (file, {release}) =>
      faults(file, 'value-refused', false).map(found => {
        const values = release.config.validations.find(({key}) => key === found.key)?.pattern.source
        return {
          ...found,
          message: `${found.key} has a value that the product does not know`,
          ...(values !== undefined && {fix: `One of ${values.replace(/^\^\(|\)\$$/g, '').replaceAll('|', ', ')}.`}),
        }
      }),
  },
]
