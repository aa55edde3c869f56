import {randomUUID} from 'node:crypto'
import {z} from 'zod'
import {cacheOf} from '../../cache.js'
import {bodyOf} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {notFound} from '../../http/fault.js'
import {json, route, type Route} from '../../http/router.js'

/** The product's gateway has this backend too: am#sample#pizzashack#v1.war (product-apim v3.2.0). */
const BASE = '/am/sample/pizzashack/v1/api'

const MENU = [
  {name: 'Margherita', description: 'Tomato, mozzarella and basil', price: '9.90', icon: '/images/1.png'},
  {name: 'Funghi', description: 'Tomato, mozzarella and mushrooms', price: '11.50', icon: '/images/2.png'},
  {name: 'Quattro Formaggi', description: 'Four kinds of cheese', price: '12.90', icon: '/images/3.png'},
  {name: 'Vegetariana', description: 'Tomato, mozzarella and vegetables', price: '11.90', icon: '/images/4.png'},
]

const order = z.object({
  pizzaType: z.string().max(200),
  quantity: z.union([z.number(), z.string().max(20)]),
  customerName: z.string().max(200).optional(),
  creditCardNumber: z.string().max(50).optional(),
  address: z.string().max(500).optional(),
})

interface Order {
  readonly orderId: string
  readonly delivered: boolean
  readonly pizzaType: string
  readonly quantity: number | string
  readonly customerName?: string
  readonly address?: string
}

/** Orders that are remembered. */
const ORDERS = 1_000

async function readOrder(call: Call, orderId: string): Promise<Order> {
  // Of a card's number nothing is kept.
  const {pizzaType, quantity, customerName, address} = await bodyOf(call, order)
  const given = {...(customerName !== undefined && {customerName}), ...(address !== undefined && {address})}
  return {orderId, delivered: false, pizzaType, quantity, ...given}
}

/** A backend for trying things out, on the management port. */
export function pizzashack(): readonly Route[] {
  const orders = cacheOf<Order>(ORDERS)
  const find = (id: string): Order => {
    const found = orders.get(id)
    if (!found) throw notFound('There is no such order')
    return found
  }
  const keep = (made: Order) => {
    orders.set(made.orderId, made)
    return made
  }
  return [
    route.get(`${BASE}/menu`, () => json(MENU)),
    route.post(`${BASE}/order`, async call => json(keep(await readOrder(call, randomUUID())), 201)),
    route.get(`${BASE}/order/:orderId`, call => json(find(call.param('orderId')))),
    route.put(`${BASE}/order/:orderId`, async call => {
      const {orderId} = find(call.param('orderId'))
      return json(keep(await readOrder(call, orderId)))
    }),
    route.delete(`${BASE}/order/:orderId`, call => {
      const {orderId} = find(call.param('orderId'))
      orders.delete(orderId)
      return {status: 200}
    }),
  ]
}
