/** In a describe whose tests are steps of one story: after one that failed the others are skipped. */
export function inSteps(): void {
  let failed = false
  beforeEach(function () {
    if (failed) this.skip()
  })
  afterEach(function () {
    failed ||= this.currentTest?.state === 'failed'
  })
}
