import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {keyPaths} from '../../../src/config/known-keys.js'
import {readToml} from '../../../src/config/toml-source.js'
import {rendered, ROOT} from '../../support/lab.js'

/**
 * The keys that WSO2's own charts write, by release and component: `distributed/*` of wso2/helm-apim, branches 4.2.x, 4.5.x, 4.6.x and 4.7.x,
 * the first instance of a pair, everything that a condition could switch on; `[secrets]` is left out.
 */
const CHARTS = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/charts/keys.json'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, readonly string[]>>>
>

interface Difference {
  readonly keys: RegExp
  readonly why: string
}

/** What the charts say and a lab does not. */
const LEFT_OUT: readonly Difference[] = [
  {
    keys: /^apim\.(devportal|publisher|ai|mcp|governance|sdk|organization_based_access_control|tenant_sharing(\[\])?)\./,
    why: 'choices of a deployment, at their default: an overlay has them',
  },
  {
    keys: /^apim\.(open_telemetry|open_tracer|transaction_counter|analytics|distributed_throttling)\./,
    why: 'for servers that a lab does not have',
  },
  {keys: /^apim\.(oauth_config|jwt|cors)\.|^oauth\.(multiple_client_secrets|revoked_token)/, why: 'at their default'},
  {keys: /^oauth\.token_persistence\./, why: 'of 4.7.x, in place of the issuer that the product ships and a lab has'},
  {keys: /^apim\.gateway_notification\.(?!gateway_id)/, why: 'intervals and retries, at their default'},
  {keys: /^apim\.cache\.resource\./, why: 'at its default'},
  {
    keys: /^apim\.key_manager\.(type|allow_|enable_lightweight)|^oauth\.grant_type\./,
    why: 'for an Identity Server as key manager, and choices at their default',
  },
  {
    keys: /^apim\.gateway_type$|^apim\.gateway\.environment\[\]\.visibility$/,
    why: 'a lab has one kind of gateway, for all',
  },
  {keys: /^apim\.sync_runtime_artifacts\.(tenant_loading|gateway\.enable_on)/, why: 'at their default: all at start'},
  {
    keys: /^apim\.throttling\.(url_group\[\]\.type|service_url)$/,
    why: 'the type has no effect with one URL a group; a traffic manager asks no other one',
  },
  {keys: /^database\.apim_db\.type$/, why: 'without effect where url and driver are given'},
  {keys: /^database\.local\./, why: 'at the default, which is a file of the node'},
  {keys: /^indexing\.location$/, why: 'at the default: a lab keeps no search index'},
  {
    keys: /^keystore\.(internal|userstore)|^encryption\.internal_crypto_provider$/,
    why: 'the primary key store, and the default',
  },
  {keys: /^server\.(node_ip|offset|base_path)$/, why: 'the default of 4.x is good; an offset where a lab file has one'},
  {keys: /^transport\.https?\.properties\./, why: 'a proxy port only where browsers come through the load balancer'},
  {keys: /^transport\.passthru_https\./, why: "certificates of a lab have every node's name"},
  {keys: /^(event_handler\[\]|service_provider)\./, why: 'on a traffic manager: nobody signs up there'},
]

/** Of 4.7.x, whose documents want databases for control plane and key manager alone. */
const NO_DATABASES: Difference = {
  keys: /^database\.(apim_db|shared_db)\./,
  why: 'docs-apim 4.7.0 and the packs have none; the charts write them where values name them',
}

/** What a lab says and the charts do not. */
const ADDED: readonly Difference[] = [
  {keys: /^apim\.cors\./, why: "on the control plane, from the product's own file"},
  {
    keys: /^oauth\.endpoints\.oauth2_jwks_url$/,
    why: 'server.hostname is what browsers see: nodes are told another name',
  },
  {keys: /^apim\.key_manager\.(username|password)$/, why: 'on a traffic manager: the same as on all other nodes'},
  {
    keys: /^apim\.event_hub\.publish\./,
    why: 'on a key manager, from docs-apim (key manager separated): it publishes too',
  },
  {keys: /^service_provider\./, why: "on a key manager, from the control plane's file"},
  {keys: /^transport\.https\.properties\.proxyPort$/, why: 'the key manager is open to browsers'},
]

const tomlOf = (release: string, component: string) => {
  const two = {replicas: 2}
  const components = {'control-plane': two, 'traffic-manager': two, gateway: two, 'key-manager': two}
  const {files} = rendered({release, components})
  const file = files.find(({path}) => path.includes(`/${component}-1/`) && path.endsWith('deployment.toml'))
  return readToml(file?.content.toString() ?? '').table
}

const ourKeys = (release: string, component: string) =>
  new Set(keyPaths(tomlOf(release, component)).map(path => path.join('.')))

const used = new Set<Difference>()

/** Those that no difference explains. */
const unexplained = (keys: readonly string[], differences: readonly Difference[]) =>
  keys.filter(key => {
    const found = differences.find(({keys: meant}) => meant.test(key))
    if (found) used.add(found)
    return !found
  })

describe("what a lab renders and what WSO2's charts write", () => {
  for (const [release, components] of Object.entries(CHARTS))
    for (const [component, theirs] of Object.entries(components))
      it(`differs where it is explained: ${release} ${component}`, () => {
        const ours = ourKeys(release, component)
        assert.ok(theirs.filter(key => ours.has(key)).length > 15)
        const withoutDatabases = release === '4.7.0' && ['gateway', 'traffic-manager'].includes(component)
        const leftOut = [...LEFT_OUT, ...(withoutDatabases ? [NO_DATABASES] : [])]
        assert.deepEqual(
          unexplained(
            theirs.filter(key => !ours.has(key)),
            leftOut,
          ),
          [],
        )
        assert.deepEqual(
          unexplained(
            [...ours].filter(key => !theirs.includes(key)),
            ADDED,
          ),
          [],
        )
      })

  it('is explained by nothing that has no case', () => {
    assert.deepEqual(
      [...LEFT_OUT, NO_DATABASES, ...ADDED].filter(difference => !used.has(difference)).map(({keys}) => String(keys)),
      [],
    )
  })
})
