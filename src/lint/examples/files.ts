import {example, file, WHOLE, type Example} from './example.js'

/** Mistakes that one file shows. */
export const FILE_EXAMPLES: Readonly<Record<string, Example>> = {
  'toml-syntax': example(file('[server]\nhostname = publisher'), file('[server]\nhostname = "publisher"')),
  'toml-duplicate': example(
    file('[server]\nhostname = "publisher"\n\n[server]\nnode_ip = "127.0.0.1"'),
    file('[server]\nhostname = "publisher"\nnode_ip = "127.0.0.1"'),
  ),
  'toml-order': example(
    file(
      '[[apim.throttling.url_group]]\ntraffic_manager_urls = ["tcp://tm:9611"]\ntraffic_manager_auth_urls = ["ssl://tm:9711"]\n\n[apim.throttling]\nservice_url = "https://tm:9443/services/"',
    ),
    file(
      '[apim.throttling]\nservice_url = "https://tm:9443/services/"\n\n[[apim.throttling.url_group]]\ntraffic_manager_urls = ["tcp://tm:9611"]\ntraffic_manager_auth_urls = ["ssl://tm:9711"]',
    ),
  ),
  'required-missing': example(file(WHOLE.replace('node_ip = "127.0.0.1"\n', '')), file(WHOLE)),
  'reference-unknown': example(
    file(`${WHOLE}\n[apim.key_manager]\nusername = "$ref{super_admin.user}"`),
    file(`${WHOLE}\n[apim.key_manager]\nusername = "$ref{super_admin.username}"`),
  ),
  'reference-circle': example(
    file('[custom]\na = "$ref{custom.b}"\nb = "$ref{custom.a}"'),
    file('[custom]\na = "$ref{custom.b}"\nb = "x"'),
  ),
  'secret-unknown': example(
    file(WHOLE.replace('password = "admin"', 'password = "$secret{admin_password}"')),
    file(
      `${WHOLE.replace('password = "admin"', 'password = "$secret{admin_password}"')}\n[secrets]\nadmin_password = "c2VjcmV0"`,
    ),
  ),
  'secret-plain': example(
    file('[super_admin]\npassword = "$secret{admin_password}"\n\n[secrets]\nadmin_password = "[admin]"'),
    file('[super_admin]\npassword = "$secret{admin_password}"\n\n[secrets]\nadmin_password = "c2VjcmV0"'),
  ),
  'reference-in-array': example(
    file('[super_admin]\nusername = "admin"\n\n[[apim.gateway.environment]]\nusername = "$ref{super_admin.username}"'),
    file('[super_admin]\nusername = "admin"\n\n[[apim.gateway.environment]]\nusername = "${admin.username}"'),
  ),
  'value-refused': example(
    file('[user_store]\ntype = "database_unique"'),
    file('[user_store]\ntype = "database_unique_id"'),
  ),
  'key-unknown': example(
    file('[apim.throtling]\nservice_url = "https://tm:9443/services/"'),
    file('[custom]\nname = "x"\n\n[apim.throttling]\nusername = "$ref{custom.name}"'),
  ),
  'key-of-another-version': example(
    file('[apim.event_hub]\nservice_url = "https://tm:9443/services/"'),
    file('[apim.throttling]\nservice_url = "https://tm:9443/services/"'),
    '3.0.0',
  ),
  'array-of-tables': example(
    file('[apim.gateway.environment]\nname = "Production and Sandbox"'),
    file('[[apim.gateway.environment]]\nname = "Production and Sandbox"'),
  ),
  'table-not-value': example(file('[server.hostname]\nname = "publisher"'), file('[server]\nhostname = "publisher"')),
  'value-not-table': example(file('[apim]\nevent_hub = ""'), file('[apim.event_hub]\nenable = true')),
  'key-dead': example(file('[apim.jwt]\nencoding = "base64"'), file('[apim.jwt]\nencoding = "base64url"')),
  'role-unknown': example(file('[server]\nserver_role = "api-store"'), file('[server]\nserver_role = "api-devportal"')),
}
