import {namesIn} from '../../config/table.js'
import {RAW_VALUES} from '../../model/raw-values.js'
import {textsOf, type Leaf} from '../leaves.js'
import type {Rule} from '../rule.js'
import type {ParsedFile} from '../linted-set.js'

/** An `&` that begins no entity, or a `<`. */
const BARE = /&(?!amp;|lt;|gt;|quot;|apos;|#)|</

const isWrapped = (text: string) => /^<!\[CDATA\[.*\]\]>$/s.test(text.trim())

const matches = (names: readonly string[], pattern: string) => {
  const parts = namesIn(pattern)
  return parts.length === names.length && parts.every((part, i) => part === '$1' || part === names[i])
}

const plainTexts = ({leaves}: ParsedFile) =>
  leaves.flatMap((leaf: Leaf) => textsOf(leaf).map(each => ({...each, names: leaf.names})))

const BROKEN_XML =
  "The entity name must immediately follow the '&' in the entity reference; or: The reference to entity \"useSSL\" must end with the ';' delimiter"

/** Texts that the product copies as they are. Facts: src/model/raw-values.ts, and what was seen on the mapper. */
export const RAW_RULES: readonly Rule[] = [
  {
    code: 'raw-xml',
    severity: 'warning',
    title: 'A bare & or < in a text that goes into XML',
    why: 'The product copies the text into XML as it is: the file that comes out is no XML, and the node does not start.',
    looksLike: BROKEN_XML,
    fix: 'Write `&amp;` for &, `&lt;` for <.',
    check: (file, {release}) =>
      plainTexts(file)
        .filter(({text}) => !isWrapped(text) && BARE.test(text))
        .map(({key, text, names}) => ({
          key,
          ...(release.config.rawTexts.some(pattern => matches(names, pattern)) && {severity: 'error'}),
          message: `${key} has a bare ${BARE.exec(text)![0]}`,
        })),
  },
  {
    code: 'password-raw',
    severity: 'warning',
    title: 'A password with a character that breaks an address made of it',
    why: 'The product copies the password into a URL as it is, and the character means something else there.',
    looksLike:
      "A node that never listens to topics: it can't connect to the broker on port 5672; limits and revoked tokens do not arrive",
    fix: 'Use letters, digits, - and _.',
    check: file =>
      plainTexts(file).flatMap(({key, text}) =>
        RAW_VALUES.flatMap(raw => {
          const found =
            raw.key !== key || text.startsWith('$') || raw.where === 'XML' ? undefined : raw.bad.exec(text)?.[0]
          return found === undefined ? [] : [{key, message: `${key} has a ${found}, which ${raw.where} gets as it is`}]
        }),
      ),
  },
]
