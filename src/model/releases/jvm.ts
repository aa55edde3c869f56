/** Below JAVA_HOME of all of WSO2's images: docker-apim, Dockerfiles of 3.0.x to 4.7.x. */
export const JDK_TOOLS = '/opt/java/openjdk/bin'

/** carbon-kernel v4.5.1 to v4.9.x, wso2server.sh, and the product's own start scripts from 4.0.0 on. */
export const CARBON_MAIN_CLASS = 'org.wso2.carbon.bootstrap.Bootstrap'
