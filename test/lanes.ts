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
    // Not more than two: where many labs start at once, engine 20.10 now and then drops a connection, or counts wrongly who is in a network.
    lanes: [
      // Those that wait most of the time: for throttling windows, and for what was cut off.
      {
        name: 'waiting labs',
        files: [
          'integration/outage',
          'integration/sweep',
          'integration/up-down',
          'integration/verify',
          'integration/wire-ports',
        ],
      },
      // In one lane: what builds or removes images of the same names, has the default name and ports, or installs packages on this machine.
      {
        name: 'labs',
        files: [
          'docs/',
          'integration/bad-luck',
          'integration/compose',
          'integration/double',
          'integration/images',
          'integration/import',
          'integration/key-stores',
          'integration/links',
          'integration/other-engines',
          'integration/product-build',
          'integration/registry',
          'integration/setup',
          'integration/stub-is-true',
        ],
      },
    ],
  },
  // Two labs removes and counts seeds, which all labs share; a browser gives up what it loads when a network of another lab comes or goes.
  {engine: true, lanes: [{name: 'alone', files: ['integration/two-labs', 'integration/pages']}]},
]
