/** Bytes of a picture that an API may have. */
export const LARGEST_IMAGE = 1024 * 1024

/**
 * Types of pictures by how their bytes begin: those that the product's archives know (fileExtensionMapping of
 * APIImportExportConstants.java, carbon-apimgt v6.7.206). SVG is none: it may hold scripts.
 */
const TYPES: readonly {readonly mediaType: string; readonly extension: string; readonly begins: Buffer}[] = [
  {mediaType: 'image/png', extension: 'png', begins: Buffer.from('89504e470d0a1a0a', 'hex')},
  {mediaType: 'image/jpeg', extension: 'jpeg', begins: Buffer.from('ffd8ff', 'hex')},
  {mediaType: 'image/gif', extension: 'gif', begins: Buffer.from('GIF8')},
  {mediaType: 'image/bmp', extension: 'bmp', begins: Buffer.from('BM')},
]

/** The type of a picture, or undefined for what is none of them. */
export const imageTypeOf = (bytes: Buffer): string | undefined =>
  TYPES.find(({begins}) => bytes.subarray(0, begins.length).equals(begins))?.mediaType

/** How a file with such a picture ends. */
export const extensionOf = (mediaType: string): string | undefined =>
  TYPES.find(it => it.mediaType === mediaType)?.extension
