// The whole of undici costs each gateway 8 MB and 40 ms at its start.
declare module 'undici/lib/dispatcher/pool.js' {
  export {Pool as default} from 'undici'
}
declare module 'undici/lib/core/connect.js' {
  export {buildConnector as default} from 'undici'
}
declare module 'undici/lib/dispatcher/client.js' {
  export {Client as default} from 'undici'
}
