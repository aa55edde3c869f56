import {LabError} from '../errors.js'
import {rulesOf, type ComponentSpec, type Release} from './release.js'
import {findRelease} from './releases/index.js'
import type {LabSettings} from './settings.js'

const refused = (component: string, other: string, why: string) =>
  new LabError('usage-invalid', `components.${component}.release ${other}: ${why}.`, {next: ['apim-lab releases']})

/** The roles that a release has, whatever it counts with. */
const rolesOf = ({components}: Release): string =>
  components
    .filter(({analytics}) => !analytics)
    .map(({name}) => name)
    .toSorted()
    .join(', ')

/** The component as another release has it. */
function specOf(component: string, other: Release, release: Release): ComponentSpec {
  const spec = other.components.find(({name}) => name === component)
  if (!spec) throw refused(component, other.name, `that release has no component ${component}`)
  if (other.builtIn !== release.builtIn || other.keyStore.type !== release.keyStore.type)
    throw refused(component, other.name, `it can't run in a lab of ${release.name}: their key stores are of two kinds`)
  if (rolesOf(other) !== rolesOf(release))
    throw refused(component, other.name, `it would not know the others: ${other.name} has ${rolesOf(other)}`)
  const known = release.databases.map(({name}) => name)
  const missing = spec.databases.find(({database}) => !known.includes(database))
  if (missing)
    throw refused(component, other.name, `it needs the database ${missing.database}, which ${release.name} lacks`)
  return {...spec, release: other.name, rules: rulesOf(spec, other)}
}

/** The component whose image has the schema scripts. */
export const scriptsOf = ({scripts, databases, components}: Release): ComponentSpec | undefined =>
  scripts ?? components.find(({name}) => databases.some(({scriptOf}) => scriptOf === name))

/**
 * A release in which components that are said to be of another release are that one's: image, home, templates, ports and whom they
 * call. The schema stays the lab's. Throws `release-unknown`, and `usage-invalid` for a release that does not fit.
 */
export function mixReleases(release: Release, settings: LabSettings, releases: readonly Release[]): Release {
  const foreign = new Map(
    Object.entries(settings.components).flatMap(([name, {release: other}]) =>
      other === undefined || other === release.name ? [] : [[name, findRelease(other, releases)] as const],
    ),
  )
  const [...names] = foreign.keys()
  if (names.length === 0) return release
  const scripts = scriptsOf(release)
  const specs = new Map([...foreign].map(([name, other]) => [name, specOf(name, other, release)]))
  return {
    ...release,
    ...(scripts && {scripts}),
    components: release.components.map(spec => specs.get(spec.name) ?? spec),
    links: [
      ...release.links.filter(({client}) => !foreign.has(client)),
      ...[...foreign].flatMap(([name, other]) => other.links.filter(({client}) => client === name)),
    ],
  }
}
