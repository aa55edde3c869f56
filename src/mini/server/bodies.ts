import type {ServerResponse} from 'node:http'

const escapeXml = (text: string) =>
  text.replace(/[<>&"']/g, it => `&#${it.charCodeAt(0)};`).replace(/[^\x20-\x7e]/g, '?')

const send = (response: ServerResponse, status: number, type: string, body: string) => {
  response.writeHead(status, {'content-type': `${type}; charset=UTF-8`, 'content-length': Buffer.byteLength(body)})
  response.end(body)
}

export const sendJson = (response: ServerResponse, status: number, value: unknown) =>
  send(response, status, 'application/json', `${JSON.stringify(value)}\n`)

/** The answer of Carbon's axis2 service Version, as reported in wso2/api-manager#2313. */
export const versionBody = (version: string): string =>
  `<ns:getVersionResponse xmlns:ns="http://version.services.core.carbon.wso2.org"><return>${escapeXml(version)}</return></ns:getVersionResponse>`

export const sendVersion = (response: ServerResponse, version: string) =>
  send(response, 200, 'text/xml', versionBody(version))

/** The error body of the product's REST APIs. */
export const errorBody = (code: number, message: string, description: string) => ({code, message, description})

/** The gateway's answer when no API matches, up to 3.2: the migration guide of docs-apim shows it beside 4.0's JSON. */
export const noApiBody = (path: string): string =>
  '<am:fault xmlns:am="http://wso2.org/apimanager"><am:code>404</am:code><am:type>Status report</am:type>' +
  '<am:message>Not Found</am:message>' +
  `<am:description>The requested resource (${escapeXml(path)}) is not available.</am:description></am:fault>`

export const sendNoApi = (response: ServerResponse, path: string) =>
  send(response, 404, 'application/xml', noApiBody(path))
