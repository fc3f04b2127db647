export { prices } from '../lambdas/core/runs/aws-prices.ts';

/** Both EventBridge and SQS bill in chunks of this many bytes. */
export const billedChunkBytes = 64 * 1024;
