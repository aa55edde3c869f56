import {example, file, type Example} from './example.js'

const shared = (url: string) => file(`[database.shared_db]\ntype = "mysql"\nurl = "${url}"`)

/** Mistakes in values, which one file shows. */
export const VALUE_EXAMPLES: Readonly<Record<string, Example>> = {
  'value-type': example(
    file('[apim.throttling]\nthrottle_decision_endpoints = "tcp://tm:5672"'),
    file('[apim.throttling]\nthrottle_decision_endpoints = ["tcp://tm:5672"]\n\n[server]\noffset = "0"'),
  ),
  'raw-xml': example(
    shared('jdbc:mysql://db:3306/shareddb?useSSL=false&autoReconnect=true'),
    shared('jdbc:mysql://db:3306/shareddb?useSSL=false&amp;autoReconnect=true'),
  ),
  'password-raw': example(
    file('[super_admin]\nusername = "admin"\npassword = "p@ssword"'),
    file('[super_admin]\nusername = "admin"\npassword = "$env{ADMIN_PASSWORD}"'),
  ),
  'database-foreign': example(
    file(
      '[server]\nserver_role = "gateway-worker"\n\n[database.apim_db]\nurl = "jdbc:mysql://db:3306/apimgtdb"\nusername = "apim"',
    ),
    file(
      '[server]\nserver_role = "api-publisher"\n\n[database.apim_db]\nurl = "jdbc:mysql://db:3306/apimgtdb"\nusername = "apim"',
    ),
  ),
  'database-local': example(
    file('[database.local]\nurl = "jdbc:mysql://db:3306/carbondb"'),
    file('[database.local]\nurl = "jdbc:h2:./repository/database/WSO2CARBON_DB;DB_CLOSE_ON_EXIT=FALSE"'),
  ),
  'group-odd': example(
    file(
      '[[apim.throttling.url_group]]\ntraffic_manager_urls = ["tcp://tm1:9611", "tcp://tm2:9611"]\ntraffic_manager_auth_urls = ["ssl://tm1:9711"]',
    ),
    file(
      '[[apim.throttling.url_group]]\ntraffic_manager_urls = ["tcp://tm1:9611", "tcp://tm2:9611"]\ntraffic_manager_auth_urls = ["ssl://tm1:9711", "ssl://tm2:9711"]',
    ),
  ),
  'group-type': example(
    file(
      '[[apim.analytics.url_group]]\nanalytics_url = ["tcp://a1:7612", "tcp://a2:7612"]\nanalytics_auth_url = ["ssl://a1:7712", "ssl://a2:7712"]\ntype = "loadbalanced"',
    ),
    file(
      '[[apim.analytics.url_group]]\nanalytics_url = ["tcp://a1:7612", "tcp://a2:7612"]\nanalytics_auth_url = ["ssl://a1:7712", "ssl://a2:7712"]\ntype = "loadbalance"',
    ),
  ),
  'switched-off': example(file('[apim.event_hub]\nenable = false'), file('[apim.event_hub]\nenable = true')),
  'link-silent': example(
    file(
      '[server]\nserver_role = "api-key-manager"\n\n[[event_listener]]\nid = "audit"\ntype = "org.wso2.carbon.user.core.listener.UserOperationEventListener"\nname = "com.example.Audit"\norder = 10',
    ),
    file(
      '[server]\nserver_role = "api-key-manager"\n\n[[event_listener]]\nid = "token_revocation"\ntype = "org.wso2.carbon.identity.core.handler.AbstractIdentityHandler"\nname = "org.wso2.is.notification.ApimOauthEventInterceptor"\norder = 1\n[event_listener.properties]\nnotification_endpoint = "https://tm:9443/internal/data/v1/notify"',
    ),
  ),
}
