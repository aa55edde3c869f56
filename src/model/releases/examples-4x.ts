import type {Name4x} from './components-4x.js'

/** WSO2's charts for a distributed deployment, the files in its packs, and its compose files, which have all roles in one server. */
export type Example = 'chart' | 'pack' | 'compose'

/** What WSO2's own examples of a deployment say otherwise than a lab of 4.x, and why. */
export interface ExampleDifference {
  readonly keys: RegExp
  /** Only in these; without it, in all. */
  readonly examples?: readonly Example[]
  /** Only on these; without it, on all. */
  readonly components?: readonly Name4x[]
  readonly why: string
}

const WITHOUT_OWN = ['gateway', 'traffic-manager'] as const

/** What an example says and a lab does not. */
export const LEFT_OUT_4X: readonly ExampleDifference[] = [
  {
    keys: /^apim\.(devportal|publisher|ai|mcp|governance|sdk|organization_based_access_control|tenant_sharing(\[\])?)\./,
    why: 'choices of a deployment, at their default: an overlay has them',
  },
  {
    keys: /^apim\.(open_telemetry|open_tracer|transaction_counter|distributed_throttling)\.|^config_data\./,
    why: 'for servers that a lab does not have',
  },
  {keys: /^apim\.analytics\./, why: 'off, or for a cloud service: `analytics: true` writes the log that needs none'},
  {keys: /^apim\.(oauth_config|jwt|cors)\.|^oauth\.(multiple_client_secrets|revoked_token)/, why: 'at their default'},
  {
    keys: /^oauth\.token_persistence\./,
    why: 'of 4.7.x, in place of the issuer that the product ships and a lab has',
  },
  {keys: /^apim\.gateway_notification\.(?!gateway_id)/, why: 'intervals and retries, at their default'},
  {keys: /^apim\.cache\.resource\./, why: 'at its default'},
  {
    keys: /^apim\.key_manager\.(type|allow_|enable_)|^oauth\.grant_type\./,
    why: 'for an Identity Server as key manager, and choices at their default',
  },
  {
    keys: /^apim\.gateway_type$|^apim\.gateway\.environment\[\]\.visibility$/,
    why: 'a lab has one kind of gateway, for all',
  },
  {keys: /^apim\.sync_runtime_artifacts\.(tenant_loading|gateway\.enable_on)/, why: 'at their default: all at start'},
  {
    keys: /^apim\.throttling\.(url_group\[\]\.type|service_url)$/,
    components: ['control-plane', 'traffic-manager', 'gateway'],
    why: 'the type has no effect with one URL a group; nobody asks a traffic manager for policies in 4.x',
  },
  {
    keys: /^apim\.throttling\.(url_group\[\]\.traffic_manager_(auth_)?urls|username|password|throttle_decision_endpoints)$/,
    components: ['key-manager', 'traffic-manager'],
    why: 'their roles have all of it switched off',
  },
  {
    keys: /^apim\.event_hub\.publish\.|^event_listener\[\]\./,
    components: WITHOUT_OWN,
    examples: ['chart'],
    why: 'of 4.0.x alone: no token is revoked there, and only cache invalidation publishes from there, which is off',
  },
  {keys: /^database\.apim_db\.type$/, why: 'without effect where url and driver are given'},
  {
    keys: /^database\.(apim_db|shared_db)\.(hostname|port|name|pool_options\..*)$/,
    why: 'a lab has a URL, which says the same; pools are at their default',
  },
  {keys: /^database\.local\./, why: 'at the default, which is a file of the node'},
  {keys: /^indexing\.location$/, why: 'at the default: a lab keeps no search index'},
  {
    keys: /^keystore\.(internal|userstore)|^encryption\.internal_crypto_provider$|^system\.parameter\.org\.wso2\.CipherTransformation$/,
    why: 'the primary key store, and the defaults of 4.7.0',
  },
  {keys: /^server\.(node_ip|offset|base_path)$/, why: 'the default of 4.x is good; an offset where a lab file has one'},
  {keys: /^transport\.https?\.properties\./, why: 'a proxy port only where browsers come through the load balancer'},
  {keys: /^transport\.passthru_https\./, why: "certificates of a lab have every node's name"},
  {
    keys: /^(event_handler\[\]|service_provider)\./,
    components: ['traffic-manager'],
    why: 'nobody signs up there',
  },
  {keys: /^user_store\./, examples: ['compose'], why: "of the Identity Server that is that example's key manager"},
]

/** What the charts of 4.7.x can say and a lab does not: of components that have no database there. */
export const NO_DATABASES_4_7: ExampleDifference = {
  keys: /^database\.(apim_db|shared_db)\./,
  components: WITHOUT_OWN,
  why: 'docs-apim 4.7.0 and the packs have none; the charts write them where values name them',
}

/** What a lab says and an example does not. */
export const ADDED_4X: readonly ExampleDifference[] = [
  {keys: /^apim\.cors\./, components: ['control-plane'], why: "from the product's own file"},
  {
    keys: /^oauth\.endpoints\.oauth2_jwks_url$/,
    why: 'server.hostname is what browsers see: nodes are told another name',
  },
  {keys: /^apim\.key_manager\./, components: ['traffic-manager'], why: 'the same as on all other nodes'},
  {
    keys: /^apim\.event_hub\.publish\./,
    components: ['key-manager'],
    why: 'from docs-apim (key manager separated): it publishes too',
  },
  {keys: /^service_provider\./, components: ['key-manager'], why: "from the control plane's file"},
  {keys: /^transport\.https\.properties\.proxyPort$/, why: 'browsers come through the load balancer'},
  {keys: /^keystore\.primary\./, why: 'it has a default of its own, which would be the shipped key store'},
  {keys: /^truststore\./, examples: ['chart', 'pack'], why: 'said, as the key stores are: a lab has its own'},
  {
    keys: /^apim\.jwt\./,
    components: ['gateway'],
    examples: ['chart'],
    why: "on in the gateway's own file up to 4.4.0, which the image has; the charts have it off",
  },
  // What the packs leave to who deploys them.
  {
    keys: /^apim\.(event_hub|key_manager|throttling|gateway\.environment\[\]|gateway_notification)\.|^apim\.devportal\.url$/,
    examples: ['pack'],
    why: 'the packs are for one server each: docs-apim (distributed deployment) and the charts have it',
  },
  {keys: /^database\.(apim_db|shared_db)\.(driver|url)$/, why: 'MySQL in place of H2, or of its host, port and name'},
  {keys: /^encryption\.key$/, examples: ['pack'], why: 'each server would make up one of its own'},
  {keys: /^server\.hostname$/, examples: ['pack'], why: 'the name that the node is called by'},
  {
    keys: /^oauth\.extensions\.token_types\[\]\./,
    components: ['key-manager'],
    examples: ['pack'],
    why: "from the control plane's file: both issue tokens on the same tables",
  },
]

/** What both say, in other words. */
export const OTHER_4X: readonly ExampleDifference[] = [
  {
    keys: /^(server\.hostname|apim\.devportal\.url|transport\.https\.properties\.proxyPort)$/,
    why: 'names and ports of the lab',
  },
  {
    keys: /^apim\.gateway\.environment\[\]\.(\w+_endpoint|service_url)$/,
    why: 'names and ports of the lab: it has no ingress on port 443, and the host is the virtual host',
  },
  {keys: /^apim\.gateway\.environment\[\]\.description$/, why: 'a text'},
  {
    keys: /^apim\.(key_manager|throttling|event_hub)\.service_url$/,
    why: "the other node's own name and port: key manager and traffic manager are nodes of their own here",
  },
  {
    keys: /^apim\.(event_hub\.event_listening_endpoints|throttling\.throttle_decision_endpoints)$/,
    why: "the node's own name in place of localhost",
  },
  {
    keys: /^apim\.throttling\.url_group\[\]\.traffic_manager_(auth_)?urls$/,
    components: ['gateway'],
    examples: ['pack'],
    why: 'names of the lab',
  },
  {
    keys: /^event_listener\[\]\.properties\.notification_endpoint$/,
    why: "the control planes' name on all nodes, so that links can tell where it leads",
  },
  {
    keys: /^event_listener\[\]\.properties\.header/,
    examples: ['compose'],
    why: "of the Identity Server that is that example's key manager",
  },
  {
    keys: /^database\.(apim_db|shared_db)\.(url|username|password|type)$/,
    why: 'MySQL, with an account of each component',
  },
  {
    keys: /^server\.server_role$/,
    why: 'the packs from 4.5.0 on know `default` alone: other names switch off what their role has; and all roles in one server have none',
  },
  {keys: /^user_store\.type$/, examples: ['compose'], why: 'that of the Identity Server in one of them'},
  {
    keys: /^apim\.cors\.allow_(origins|headers)$/,
    components: ['gateway'],
    why: "one origin as a text; the headers that the product's own file has from 4.1.0 on, as the portal's console sends them",
  },
]
