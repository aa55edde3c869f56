import type {SourceFault} from '../../config/toml-source.js'
import type {Found, Rule} from '../rule.js'
import type {ParsedFile} from '../linted-set.js'

const faults = ({source}: ParsedFile, code: SourceFault['code']): readonly Found[] =>
  source.faults
    .filter(fault => fault.code === code)
    .map(({key, message, line, column}) => ({key, message, at: {line, column}}))

// Words of the product's log: config mapper 1.0.2 TomlParser.java, and carbon-kernel Main.java around it.
const NOT_PARSED =
  'ERROR {org.wso2.config.mapper.TomlParser} ... then ConfigParserException: Error parsing deployment configuration'

/** The file as TOML. */
export const TOML_RULES: readonly Rule[] = [
  {
    code: 'toml-syntax',
    severity: 'error',
    of: 'broken',
    title: 'The file is not valid TOML',
    why: 'The product reads the whole file or nothing of it, and ends before it starts.',
    looksLike: NOT_PARSED,
    fix: 'Fix the line: text stands in quotes, each key on a line of its own, `[table]` and `[[array]]` closed as they were opened.',
    // One branch of a template may be what the parser stumbles on: nobody knows how it comes out.
    check: file => (file.branches ? [] : faults(file, 'syntax')),
  },
  {
    code: 'toml-duplicate',
    severity: 'error',
    of: 'broken',
    title: 'A table or a key is there twice',
    why: 'TOML has each table and each key once; the product does not merge two of them, it ends before it starts.',
    looksLike: 'user_store previously defined at line 7, column 1',
    fix: 'Put all keys of the table below one heading, and keep one of the two values.',
    check: file => (file.branches ? [] : faults(file, 'duplicate')),
  },
  {
    code: 'toml-order',
    severity: 'error',
    title: 'A table stands after an array of tables inside it',
    why: 'The parser never ends on such a table.',
    looksLike: 'java.lang.StackOverflowError at net.consensys.cava.toml.MutableTomlTable.keyPathSet',
    fix: 'Move the table before the first `[[...]]` inside it.',
    check: file => (file.branches ? [] : faults(file, 'order')),
  },
]
