import * as z from 'zod';
import type { JsonObject } from '../contract.ts';

const messageAttribute = z.looseObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const receivedMessage = z.looseObject({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z.record(z.string(), messageAttribute).default({}),
});

export type ReceivedMessage = z.infer<typeof receivedMessage>;

/** The messages of a ReceiveMessage answer. */
export function receivedMessages(answer: JsonObject): ReceivedMessage[] {
  return z.array(receivedMessage).parse(answer['Messages'] ?? []);
}

/** Converts a message to the record that a function receives. */
export function sqsRecord(message: ReceivedMessage, queue: { arn: string; region: string }): JsonObject {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes).map(([name, attribute]) => [
        name,
        {
          ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
          ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: attribute.DataType,
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: queue.region,
  };
}

/** Splits messages so that no event exceeds `limitBytes`. A larger message has an event of its own. */
export function splitBySize(messages: readonly ReceivedMessage[], limitBytes: number): ReceivedMessage[][] {
  const parts: ReceivedMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(JSON.stringify(message)) + 512;
    const last = parts.at(-1);
    if (last && bytes + size <= limitBytes) {
      last.push(message);
      bytes += size;
    } else {
      parts.push([message]);
      bytes = size;
    }
  }
  return parts;
}
