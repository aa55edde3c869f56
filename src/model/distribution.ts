/** A way to start a distribution, which is an image of its own. */
export interface RuntimeSpec {
  /** The release's image that it stands for, as the release's components name it: `wso2/wso2am:3.2.0`. */
  readonly image: string
  /** Script below the home that starts the server, with the profile as `-Dprofile=NAME` where there is one. */
  readonly start: string
  /** Script below the home that sets up the profile of PROFILE_NAME, before any configuration is copied; absent: the entrypoint knows no PROFILE_NAME. */
  readonly profileSetup?: string
  /** The list of the bundles that it loads, below the home. */
  readonly bundlesInfo: string
}

/** What a product is published as: a zip with one folder, and what is made of it. */
export interface DistributionSpec {
  /** Name of the zip, its folder and the home, without the version: `wso2am`. */
  readonly product: string
  readonly version: string
  /** Major versions of Java that its start scripts accept. */
  readonly java: {readonly min: number; readonly max: number}
  /** Ids of the user wso2carbon and the group wso2. */
  readonly user: {readonly uid: number; readonly gid: number}
  /** Folders below the home that the entrypoint fills again where a fresh volume hides what the image has there. */
  readonly refilled: readonly string[]
  readonly runtimes: readonly RuntimeSpec[]
}

/** Where the user of every image of the product lives. */
export const USER_HOME = '/home/wso2carbon'

/** `wso2am-3.2.0`: the folder in the zip, and the home's name. */
export const folderName = ({product, version}: Pick<DistributionSpec, 'product' | 'version'>): string =>
  `${product}-${version}`

export interface Identity {
  readonly product: string
  readonly version: string
}

const FOLDER = /^([a-z][a-z0-9-]*?)-(\d+\.\d+\.\d+)$/

/** Product and version of `wso2am-3.2.0`; undefined for anything else. */
export function identityOf(text: string): Identity | undefined {
  const [, product, version] = FOLDER.exec(text.trim()) ?? []
  return product !== undefined && version !== undefined ? {product, version} : undefined
}

const SHORT = 12

/** The last part of an image's path: `wso2am` of `wso2/wso2am:3.2.0`. */
const lastPart = (image: string) => image.replace(/:[^/]*$/, '').replace(/^.*\//, '')

/** The name of an image that was built from a distribution: `apim-lab/wso2am:3.2.0-12-0123456789ab`. */
export const builtImageName = (
  {version}: DistributionSpec,
  {image}: RuntimeSpec,
  {updateLevel, sha256}: {readonly updateLevel: string; readonly sha256: string},
): string => `apim-lab/${lastPart(image)}:${version}-${updateLevel}-${sha256.slice(0, SHORT)}`
