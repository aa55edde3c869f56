import {LRUCache} from 'lru-cache'

type Options<V extends object | string | number | boolean> = Pick<
  LRUCache.Options<string, V, unknown>,
  'ttl' | 'noDeleteOnStaleGet' | 'allowStaleOnFetchRejection' | 'fetchMethod'
>

/** A map of at most so many entries, which forgets what was used longest ago. Times to live are milliseconds by the clock. */
export const cacheOf = <V extends object | string | number | boolean>(
  most: number,
  options: Options<V> = {},
): LRUCache<string, V> =>
  // By `max` it would set aside room for all of them at once: 4 MB and 20 ms for 100,000.
  // Without a resolution the clock is read each time: a timer for each millisecond costs more.
  new LRUCache<string, V>({maxSize: most, sizeCalculation: () => 1, perf: Date, ttlResolution: 0, ...options})

/** How long something lives that ends at a time (milliseconds since 1970): 0 would be for ever. */
export const ttlUntil = (end: number): number => Math.max(end - Date.now(), 1)
