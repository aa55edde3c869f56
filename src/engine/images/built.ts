import type Docker from 'dockerode'
import type {BuiltImage} from '../../model/built-images.js'
import {IMAGE_LABELS} from '../../model/labels.js'

/** Every image of this engine that was built from a product's distribution and still has its name. */
export async function builtImages(docker: Docker): Promise<readonly BuiltImage[]> {
  const found = await docker.listImages({filters: {label: [IMAGE_LABELS.distribution]}})
  return found.flatMap(({RepoTags, Labels, Created}) => {
    const label = (key: keyof typeof IMAGE_LABELS) => Labels?.[IMAGE_LABELS[key]] ?? ''
    const image = {
      distribution: label('distribution'),
      standsFor: label('standsFor'),
      updateLevel: label('updateLevel'),
      sha256: label('sha256'),
      created: Created,
    }
    // An engine that ignores the filter answers with all of its images.
    return image.distribution === ''
      ? []
      : (RepoTags ?? []).filter(name => !name.includes('<none>')).map(name => ({...image, name}))
  })
}
