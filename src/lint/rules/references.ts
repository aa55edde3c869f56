import {isTable} from '../../config/table.js'
import {textsOf} from '../leaves.js'
import type {Rule} from '../rule.js'

const PLAIN = /\[[^\]]*\]/
const SECRET = /\$secret\{([^}]*)\}/g

/** References in places where they are not what they seem. Facts: ReferenceResolver.java of wso2/config-mapper v1.0.2. */
export const REFERENCE_RULES: readonly Rule[] = [
  {
    code: 'secret-plain',
    severity: 'error',
    title: 'A secret that is still plain text',
    why: 'A secret in brackets waits for the cipher tool; a product that is started before it ran ends at once.',
    looksLike: "ConfigParserException: Secret references can't be plain text for",
    fix: 'Run `bin/ciphertool.sh -Dconfigure` in the home of the product: it replaces the brackets by the encrypted value.',
    check: ({table, leaves}) => {
      const secrets = table['secrets']
      if (!isTable(secrets)) return []
      const used = new Set(
        leaves.flatMap(leaf =>
          textsOf(leaf).flatMap(({text}) => [...text.matchAll(SECRET)].map(([, name = '']) => name)),
        ),
      )
      return Object.entries(secrets).flatMap(([name, value]) =>
        used.has(name) && typeof value === 'string' && PLAIN.test(value)
          ? [{key: `secrets.${name}`, message: `$secret{${name}} is in use, and its value is not encrypted yet`}]
          : [],
      )
    },
  },
  {
    code: 'reference-in-array',
    severity: 'warning',
    title: 'A reference inside an array of tables',
    why: 'Inside `[[...]]` the product resolves neither `$ref{}` nor `$env{}` nor `$sys{}`: the text stays as it stands.',
    looksLike: 'The text `$ref{...}` in the generated XML; as an account, a login that fails',
    fix: 'Write the value itself, or for the administrator `${admin.username}` and `${admin.password}`, which the product replaces when it runs.',
    check: ({leaves}) =>
      leaves
        .filter(({names}) => names.some(name => name.endsWith('[]')))
        .flatMap(leaf =>
          textsOf(leaf).flatMap(({key, text}) => {
            const kind = /\$(ref|env|sys)\{/.exec(text)?.[1]
            return kind === undefined ? [] : [{key, message: `$${kind}{} in ${key} stays as it stands`}]
          }),
        ),
  },
]
