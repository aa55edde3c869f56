import {readKeyPath} from '../../model/key-path.js'
import {readAddress, shown} from '../../model/link-address.js'
import {hostsNamed, isOwn} from '../addresses.js'
import type {Rule} from '../rule.js'
import {isOpen} from '../templated.js'

/** Where the public keys of token issuers are fetched from. */
export const PUBLIC_KEYS_RULE: Rule = {
  code: 'jwks-unknown',
  severity: 'warning',
  title: 'Public keys of a token issuer that nobody serves',
  why: 'The gateway fetches the keys of the issuer from there; without them it takes no token of that issuer.',
  looksLike: '401 with code 900901 for every token of the issuer; in the log: Error while retrieving JWKS',
  fix: 'Name a node that issues these tokens: `https://key-manager:9443/oauth2/jwks`.',
  check: (file, set) =>
    set.release.config.publicKeys.flatMap(path =>
      readKeyPath(file.values, path).flatMap(({key, value}) => {
        const host = isOpen(value) ? undefined : readAddress(value)?.host
        if (host === undefined || !file.source.has(key)) return []
        if (isOwn(host))
          return file.component ? [{key, message: `${shown(value)} is this ${file.component.name} itself`}] : []
        // With a dot it may be a machine outside.
        return set.hosts === undefined || host.includes('.') || hostsNamed(host, set).length > 0
          ? []
          : [{key, severity: 'error' as const, message: `the lab has no ${host}`}]
      }),
    ),
}
