import type {Component} from '../../component.js'

/** Several components in one node. Of routes of one method and path the first counts; of services each has its own. */
export const together = (components: readonly Component[]): Component => ({
  apis: components.flatMap(({apis = []}) => apis),
  routes: {management: components.flatMap(({routes}) => routes?.management ?? [])},
  services: Object.assign({}, ...components.map(({services = {}}) => services)) as NonNullable<Component['services']>,
  waitingFor: () => components.flatMap(({waitingFor}) => waitingFor?.() ?? []),
  close: async () => {
    for (const {close} of components) await close?.()
  },
})
