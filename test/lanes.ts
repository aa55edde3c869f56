/** Test files that run one after the other, beside those of other lanes. A file belongs to the first lane that has a beginning of its path. */
export interface Lane {
  readonly name: string
  readonly files: readonly string[]
  /** It uses the machine's engine, its images and labs. */
  readonly engine?: true
  /** No other lane runs beside it. */
  readonly alone?: true
}

/** One more than the cores of a small machine: some of them mostly wait. */
export const LANES_AT_ONCE = 3

/** In the order in which they begin: what is quick to fail first, and one that waits beside those that compute. */
export const LANES: readonly Lane[] = [
  {name: 'source', files: ['checks/', 'unit/', 'golden/', 'mini/']},
  {name: 'stub engine', files: ['engine/']},
  // It waits for throttling windows, which are minutes.
  {
    name: 'verify and states',
    engine: true,
    files: ['integration/verify', 'integration/wire-ports', 'integration/faults', 'integration/snapshots'],
  },
  {
    name: 'labs',
    engine: true,
    // What has the default name and ports is in this one.
    files: [
      'docs/',
      'integration/bad-luck',
      'integration/compose',
      'integration/images',
      'integration/import',
      'integration/links',
      'integration/mini-4',
      'integration/stub-is-true',
    ],
  },
  {
    name: 'cut off',
    engine: true,
    files: ['integration/outage', 'integration/sweep', 'integration/up-down', 'integration/wait'],
  },
  {name: 'reports', engine: true, files: ['integration/capture', 'integration/cases']},
  {
    name: 'doubles and other engines',
    engine: true,
    // What builds or removes images of the same names, or installs packages on this machine, is in this one.
    files: [
      'integration/double',
      'integration/key-stores',
      'integration/other-engines',
      'integration/product-build',
      'integration/registry',
      'integration/setup',
    ],
  },
  // Two labs removes and counts seeds, which all labs share; a browser gives up what it loads when a network of another lab comes or goes.
  {name: 'alone', engine: true, alone: true, files: ['integration/two-labs', 'integration/pages']},
]
