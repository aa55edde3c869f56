import {product32} from './line-3.2.js'

/**
 * WSO2 API Manager 3.2.1: its line's configuration on an image with Java 17. docker-apim 3.2.1.x has Dockerfiles for it, but no public image
 * and no public tag of product-apim were found; that its keys, schema and certificates are its line's is assumed.
 */
export const release321 = () =>
  product32({
    name: '3.2.1',
    unconfirmed: 'bring your own image, unconfirmed: no public one was found, and it was never run by us',
    // docker-apim 3.2.1.x: Temurin 17, and variants with 11.
    java: {min: 11, max: 17},
  })
