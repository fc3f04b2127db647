/**
 * What AWS charges, in US dollars. List prices of us-east-1 on demand, free tiers not deducted, as of November 2026:
 * the public price pages of EventBridge, SQS, Lambda and DynamoDB. Two come from secondary sources: that a partner event
 * costs its receiver as much as a custom one, and the price of FIFO requests.
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
