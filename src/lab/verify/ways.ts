import type {HttpAnswer, HttpRequest} from '../../model/exchange.js'

/** A way to a component or a node of the lab. Ports are the product's own, without the lab's offset. Network errors are thrown. */
export interface Way {
  /** The first node on it: `load-balancer`, `gateway-2`. */
  readonly name: string
  ask(port: number, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  /** Says the body over a WebSocket: status 101 and the first message, or what the server answered instead. */
  say(port: number, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

export interface Ways {
  /** Through the load balancer. */
  component(name: string): Way
  /** All that calls of APIs take: through the load balancer, then to each gateway node itself. */
  readonly gateways: readonly Way[]
  /** A component's first node itself; undefined where the lab has none. */
  direct(component: string): Way | undefined
}

/** What the APIs of a walk lead to. */
export interface Backend {
  readonly url: string
  /** Absent: it speaks no WebSocket. */
  readonly webSocketUrl?: string
  /** Whether this is its answer to a GET of a resource. */
  isBody(body: string, resource: string): boolean
}
