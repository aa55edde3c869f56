import type {ImageList, ImageRow} from '../lab/images/list.js'
import type {ImageOrigin} from '../lab/images/lab-images.js'
import {shortDigest} from '../model/image-name.js'
import {labOption} from '../lab/resolve/named-lab.js'
import {asTyped} from './invocation.js'
import {table} from './table.js'

const MB = 1_000_000

const ORIGINS: Readonly<Record<ImageOrigin, string>> = {
  pull: 'pulled',
  build: 'built here',
  'pull-or-build': 'pulled, else built here',
  distribution: "built here from the product's zip",
}

const MOST_COMPONENTS = 2

const componentsText = (components: readonly string[]) => {
  const others = components.length - MOST_COMPONENTS
  return others > 1 ? `${components.slice(0, MOST_COMPONENTS).join(', ')} and ${others} more` : components.join(', ')
}

function madeText({same, madeWith}: ImageRow): string {
  if (madeWith === null) return '-'
  if (same === null) return 'gone'
  return same ? 'the same' : `was ${shortDigest(madeWith.digest ?? madeWith.id)}`
}

const cells = (row: ImageRow) => [
  row.name,
  row.here ? 'here' : 'missing',
  row.id === null ? '-' : shortDigest(row.digest ?? row.id),
  row.sizeBytes === null ? '-' : `${(row.sizeBytes / MB).toFixed(0)} MB`,
  row.platform === null ? '-' : `${row.platform.replace(/^linux\//, '')}${row.emulated ? ' (emulated)' : ''}`,
  madeText(row),
  `${ORIGINS[row.origin]}${row.updateLevel === null ? '' : `, update level ${row.updateLevel}`}`,
  componentsText(row.components),
]

const HEADINGS = ['IMAGE', 'STATE', 'DIGEST', 'SIZE', 'FOR', 'LAB MADE WITH', 'COMES', 'COMPONENTS']

/** A lab's images as a person reads them: a row each, and how to get those that are missing. */
export function imagesText(list: ImageList, columns: number): string {
  const {lab, release, releaseReason, images, warnings} = list
  const missing = images.filter(({here}) => !here)
  const option = `${labOption(lab)} --release ${release}`
  const next = [
    ...(missing.some(({origin}) => origin === 'pull' || origin === 'pull-or-build')
      ? [`apim-lab images pull${option}`]
      : []),
    ...(missing.some(({origin}) => origin === 'distribution')
      ? [`apim-lab images build --release ${release} --from ZIP`]
      : []),
    ...(missing.some(({origin}) => origin === 'build' || origin === 'pull-or-build') ? ['apim-lab images build'] : []),
    ...(missing.length === 0 ? [`apim-lab images save images.tar${option}`] : []),
  ]
  return [
    `Lab ${lab}, release ${release} (${releaseReason})`,
    '',
    table(HEADINGS, images.map(cells), columns),
    ...(warnings.length > 0 ? ['', ...warnings.map(text => `Warning: ${text}`)] : []),
    '',
    'Next:',
    ...next.map(command => `  ${asTyped(command)}`),
  ].join('\n')
}
