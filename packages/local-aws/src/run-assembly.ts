import { createLambdaService, type LambdaOptions, type LambdaService } from './lambda/lambda-service.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from './local-aws.ts';
import { readStack } from './template/cloud-assembly.ts';
import { type DeployedStack, type DeployOptions, deployStack } from './template/deploy.ts';

export interface RunOptions
  extends Omit<LocalAwsOptions, 'region'>,
    Omit<LambdaOptions, 'gateway' | 'metrics'>,
    Pick<DeployOptions, 'assembly' | 'customResourceWaitSeconds'> {
  /** Needed when the assembly holds several stacks. */
  readonly stackName?: string;
  /** For a stack that was synthesized without a region; `us-east-1` by default. */
  readonly region?: string;
}

export interface RunningAssembly {
  readonly aws: LocalAws;
  readonly lambda: LambdaService;
  readonly stack: DeployedStack;
  stop(): Promise<void>;
}

/**
 * Starts every service and deploys one stack of a cloud assembly. Throws TemplateError when that is not
 * possible.
 */
export async function runAssembly(options: RunOptions): Promise<RunningAssembly> {
  const { stackName, region: synthesizedFor } = await readStack(options.assembly, options.stackName);
  const knownRegion = synthesizedFor === 'unknown-region' ? undefined : synthesizedFor;
  const region = options.region ?? knownRegion ?? 'us-east-1';
  const aws = await startLocalAws({ ...options, region });
  const { gateway, metrics } = aws;
  const lambda = createLambdaService({ ...options, gateway, metrics });
  const stop = async (): Promise<void> => {
    await lambda.stop();
    await aws.stop();
  };
  try {
    return { aws, lambda, stack: await deployStack({ ...options, stackName, gateway }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
