import type {ThrottleRequest} from './events.js'

/** What a custom policy's key template may name: ThrottleHandler.validateCustomPolicy of carbon-apimgt v6.7.206. */
export type KeyTemplateValues = Pick<
  ThrottleRequest,
  'resourceKey' | 'userId' | 'apiContext' | 'apiVersion' | 'appTenant' | 'apiTenant' | 'appId' | 'ip'
>

/** The same, as templates write them. */
export const KEY_TEMPLATE_NAMES: readonly string[] =
  '$resourceKey $userId $apiContext $apiVersion $appTenant $apiTenant $appId $clientIp'.split(' ')

const NAMES = new RegExp(`\\$(${KEY_TEMPLATE_NAMES.map(it => it.slice(1)).join('|')})`, 'g')

/** The key that a call has by a template: `$userId:$apiContext` gives `admin@carbon.super:/pizza/1.0.0`. `$clientIp` is the address as it stands. */
export const fillKeyTemplate = (template: string, values: KeyTemplateValues): string =>
  template.replace(NAMES, (_, name: string) =>
    String(name === 'clientIp' ? values.ip : values[name as keyof KeyTemplateValues]),
  )
