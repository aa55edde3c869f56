import {iconOf, setIcon} from '../../../apis/api-files.js'
import {updateApi} from '../../../apis/api-store.js'
import {imageTypeOf, LARGEST_IMAGE} from '../../../apis/image-type.js'
import {badRequest, Fault} from '../../../http/fault.js'
import {multipartOf, type Multipart} from '../../../http/multipart.js'
import {json, route, type Route} from '../../../http/router.js'
import {nameOf} from '../../../oauth/guard.js'
import {changeBeside, needApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** Room for the frame of a form around a file. */
const FORM_BYTES = 64 * 1024

/** The picture of an upload. Throws a Fault 400 or 413. */
export function imageIn(form: Multipart): {readonly mediaType: string; readonly bytes: Buffer} {
  const file = form.get('file')
  if (!file) throw badRequest('file: is missing')
  const {bytes} = file
  // The bytes decide: what a client says of them would be told to browsers.
  const mediaType = imageTypeOf(bytes)
  if (mediaType === undefined) throw new Fault(400, 'Invalid file type. Images are PNG, JPEG, GIF or BMP')
  if (bytes.length > LARGEST_IMAGE) throw new Fault(413, `The image is larger than ${LARGEST_IMAGE} bytes`)
  return {mediaType, bytes}
}

/** An API's picture. */
export function thumbnailRoutes(publishing: Publishing): readonly Route[] {
  const {guard, shared} = publishing
  const path = `${PUBLISHER}/apis/:apiId/thumbnail`
  return [
    route.get(path, async call => {
      const principal = await guard.principal(call, MAY.read)
      const icon = await iconOf(shared, await needApi(publishing, principal, call.param('apiId')))
      return icon ? {status: 200, body: icon.bytes, type: icon.mediaType} : {status: 204}
    }),
    route.put(
      path,
      async call => {
        const principal = await guard.principal(call, MAY.change)
        const id = call.param('apiId')
        await needApi(publishing, principal, id)
        const image = imageIn(await multipartOf(call))
        await changeBeside(publishing, principal, id, async (within, stored) => {
          await setIcon(within, stored, image, nameOf(principal))
          await updateApi(within, stored, {...stored.api, hasThumbnail: true})
        })
        const location = `${PUBLISHER}/apis/${encodeURIComponent(id)}/thumbnail`
        return {...json({relativePath: location, mediaType: image.mediaType}, 201), headers: {location}}
      },
      {bodyLimit: LARGEST_IMAGE + FORM_BYTES},
    ),
  ]
}
