/** A seed could not be made or copied: MySQL makes its databases from the scripts then. */
export class SeedFailure extends Error {
  override readonly name = 'SeedFailure'
}
