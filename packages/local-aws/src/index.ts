/** The public surface of the package. */

export {
  AwsError,
  type Caller,
  type FaultKind,
  type FaultRule,
  type Faults,
  type Gateway,
  host,
  type Json,
  type JsonObject,
  type MetricStore,
  type PolicyReport,
  type RequestCount,
  type Service,
  type ServiceCall,
} from './contract.ts';
export { isObject } from './fields.ts';
export {
  createLambdaService,
  type FunctionReport,
  type InFlight,
  type LambdaOptions,
  type LambdaService,
} from './lambda/lambda-service.ts';
export type { MappingReport } from './lambda/mappings.ts';
export type { LogLine } from './lambda/output.ts';
export { type LocalAws, type LocalAwsOptions, startLocalAws } from './local-aws.ts';
export { repeatGently } from './repeat-gently.ts';
export { type RunningAssembly, type RunOptions, runAssembly } from './run-assembly.ts';
export type { QueueDepth } from './sqs/queue-depths.ts';
export { type DeployedStack, type DeployOptions, deployStack } from './template/deploy.ts';
export { TemplateError } from './template/template-error.ts';
