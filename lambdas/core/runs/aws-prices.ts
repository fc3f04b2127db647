/**
 * AWS list prices in US dollars: us-east-1, on demand, free tiers not deducted, from the price pages of EventBridge, SQS, Lambda
 * and DynamoDB. Two come from secondary sources: the price of FIFO requests, and that a partner event costs as much as a custom one.
 */
export const prices = {
  asOf: '2026-11',
  region: 'us-east-1',
  /** Per event put on a bus, in chunks of 64 KB. */
  busEvent: 1 / 1e6,
  /** Per request to a queue, in chunks of 64 KB. */
  standardQueueRequest: 0.4 / 1e6,
  fifoQueueRequest: 0.5 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** Memory times duration, on ARM. */
  lambdaGbSecond: 0.0000133334,
  tableReadUnit: 0.125 / 1e6,
  tableWriteUnit: 0.625 / 1e6,
} as const;
