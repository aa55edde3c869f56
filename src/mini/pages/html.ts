export * from '../../html/html.js'
