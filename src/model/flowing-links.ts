import type {LinkSpec} from './release.js'

/** The links that flow where some components are left out, and others do their work: `has` says whether a component is there. */
export function flowingLinks(links: readonly LinkSpec[], has: (component: string) => boolean): readonly LinkSpec[] {
  const replaced = new Set(links.flatMap(({without}) => (without === undefined || has(without) ? [] : [without])))
  return links.filter(
    ({client, server, without}) =>
      (without === undefined || replaced.has(without)) && !replaced.has(server) && !replaced.has(client),
  )
}
