import type {HttpAnswer, HttpRequest} from '../../model/exchange.js'
import type {ServiceName} from '../../model/services.js'

/** A service on one route. Paths of requests are below the service's own. Network errors are thrown. */
export interface ServiceEndpoint {
  /** The first node on the route: `load-balancer`, `gateway-2`. */
  readonly route: string
  /** As the product numbers it, without any offset. */
  readonly port: number
  /** What all its paths begin with. */
  readonly path: string
  ask(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  /** Sends the body over a WebSocket: status 101 and the first message, or what the server answered instead. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

/** How services are reached: through the load balancer, or at one node. */
export interface Route {
  readonly name: string
  to(service: ServiceName): ServiceEndpoint
}

export interface Routes {
  /** As users of the service come: through the load balancer; at its first node where users can't come. Undefined where no node has it. */
  to(service: ServiceName): ServiceEndpoint | undefined
  /** All that calls of APIs take: through the load balancer, then to each gateway node itself. */
  readonly gateways: readonly Route[]
}

/** What the APIs of a walk lead to. */
export interface Backend {
  readonly url: string
  /** Absent: it speaks no WebSocket. */
  readonly webSocketUrl?: string
  /** Whether this is its answer to a GET of a resource. */
  isBody(body: string, resource: string): boolean
}
