import {isIPv4} from 'node:net'

const isLoopback = (address: string) => (isIPv4(address) ? address.startsWith('127.') : address === '::1')

/** What to know where a lab's ports are published beyond this machine, as a sentence without its full stop. */
export function exposureOf({address}: {readonly address: string}): string | undefined {
  if (isLoopback(address)) return undefined
  return (
    `the ports are published on ${address}: whoever reaches this machine can log in as admin with the password admin; ` +
    'ports.address: 127.0.0.1 in the lab file keeps them on this machine'
  )
}
