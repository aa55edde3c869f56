import {JAVA_3X} from './distributions-3x.js'
import {product32} from './line-3.2.js'
import {NEVER_RUN} from './product-3x.js'

/** WSO2 API Manager 3.2.0, on WSO2's own images. */
export const release320 = () =>
  product32({name: '3.2.0', released: '2020-08-21', unconfirmed: NEVER_RUN, java: JAVA_3X})
