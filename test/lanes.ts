/** Test files that run one after the other, beside those of the other lanes of their phase. */
export interface Lane {
  readonly name: string
  /** A file belongs to the first lane that has a beginning of its path, from the test folder. */
  readonly files: readonly string[]
}

/** Lanes that run at once. */
export interface Phase {
  readonly lanes: readonly Lane[]
  /** It uses the machine's engine, its images and labs: one run of a machine at a time. */
  readonly engine?: true
}

/** One after the other: what is quick to fail first. Two cores serve the lanes of a phase: those that mostly wait are side by side. */
export const PHASES: readonly Phase[] = [
  {
    lanes: [
      {name: 'source', files: ['checks/', 'unit/', 'golden/', 'mini/']},
      {name: 'stub engine', files: ['engine/']},
    ],
  },
  {
    engine: true,
    lanes: [
      // All that build or remove images of the same names, and what needs the default name and ports.
      {
        name: 'images',
        files: [
          'integration/double',
          'integration/product-build',
          'integration/images',
          'integration/stub-is-true',
          'integration/setup',
          'docs/',
        ],
      },
      {name: 'verify', files: ['integration/verify']},
      {
        name: 'outages',
        files: ['integration/outage', 'integration/up-down', 'integration/wire-ports', 'integration/sweep'],
      },
      // All that install packages on this machine are in one lane.
      {
        name: 'labs',
        files: [
          'integration/bad-luck',
          'integration/compose',
          'integration/import',
          'integration/key-stores',
          'integration/links',
          'integration/other-engines',
          'integration/registry',
        ],
      },
    ],
  },
  // Two labs removes and counts seeds, which all labs share; a browser gives up what it loads when a network of another lab comes or goes.
  {engine: true, lanes: [{name: 'alone', files: ['integration/two-labs', 'integration/pages']}]},
]
