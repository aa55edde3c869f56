import {z} from 'zod'

/** Where an archive of 4.x wants its API deployed: ImportUtils.getValidatedDeploymentsList of carbon-apimgt 002d85a. */
export const deploymentPlaces = z
  .array(
    z
      .object({
        deploymentEnvironment: z.string().min(1).max(255),
        deploymentVhost: z.string().max(255).nullish(),
        displayOnDevportal: z.boolean().nullish(),
      })
      .transform(({deploymentEnvironment: name, deploymentVhost: vhost, displayOnDevportal}) => ({
        name,
        vhost,
        displayOnDevportal,
      })),
  )
  .max(100)
