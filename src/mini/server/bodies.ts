import type {ServerResponse} from 'node:http'
import {escapeXml} from '../http/xml.js'

/** Where Carbon's axis2 service Version answers. */
export const VERSION_PATH = '/services/Version'

/** The answer of Carbon's axis2 service Version, as reported in wso2/api-manager#2313. */
export const versionBody = (version: string): string =>
  `<ns:getVersionResponse xmlns:ns="http://version.services.core.carbon.wso2.org"><return>${escapeXml(version)}</return></ns:getVersionResponse>`

/** The gateway's answer when no API matches, up to 3.2: the migration guide of docs-apim shows it beside 4.0's JSON. */
export const noApiBody = (path: string): string =>
  '<am:fault xmlns:am="http://wso2.org/apimanager"><am:code>404</am:code><am:type>Status report</am:type>' +
  '<am:message>Not Found</am:message>' +
  `<am:description>The requested resource (${escapeXml(path)}) is not available.</am:description></am:fault>`

export function sendNoApi(response: ServerResponse, path: string): void {
  const body = noApiBody(path)
  response.writeHead(404, {'content-type': 'application/xml; charset=UTF-8', 'content-length': Buffer.byteLength(body)})
  response.end(body)
}
