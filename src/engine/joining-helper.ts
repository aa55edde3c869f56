import type {HelperSession} from './helper-session.js'

/** One helper that stands in as many networks as it needs to reach nodes. */
export class JoiningHelper {
  readonly #open: (network: string) => Promise<HelperSession>
  #session: Promise<HelperSession> | undefined
  readonly #joined = new Set<string>()
  readonly #joining: Promise<void>[] = []

  /** `open` is called once, when the first node is to be reached. */
  constructor(open: (network: string) => Promise<HelperSession>) {
    this.#open = open
  }

  /** The helper, reachable to a node of these networks. */
  async in(networks: readonly string[]): Promise<HelperSession> {
    const [first = ''] = networks
    if (!this.#session) {
      this.#joined.add(first)
      this.#session = this.#open(first)
    }
    const session = await this.#session
    if (!networks.some(network => this.#joined.has(network))) {
      this.#joined.add(first)
      const joining = session.join(first)
      this.#joining.push(joining)
      await joining
    }
    return session
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined)
    // A container that ends while it is being connected leaves the network with a member that nobody is (20.10).
    await Promise.allSettled(this.#joining)
    await session?.close()
  }
}
