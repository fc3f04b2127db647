import type { JsonObject, Service } from '../contract.ts';
import { isObject, objects } from '../fields.ts';

/** Messages whose trace header is stored; older ones have been delivered by then. */
const maxHeaders = 50_000;

/**
 * Adds the trace header of the sender to received messages as `AWSTraceHeader`, as AWS does. fauxqs drops it,
 * and without it the recursion guard cannot find a function that sends to its own queue.
 */
export function withTraceHeaders(sqs: Service): Service {
  const headers = new Map<string, string>();
  const remember = (messageId: unknown, header: string): void => {
    if (typeof messageId !== 'string') return;
    headers.set(messageId, header);
    const [oldest] = headers.keys();
    if (headers.size > maxHeaders && oldest !== undefined) headers.delete(oldest);
  };
  const withHeader = (message: JsonObject): JsonObject => {
    const header = headers.get(String(message['MessageId']));
    if (header === undefined) return message;
    const attributes = isObject(message['Attributes']) ? message['Attributes'] : {};
    return { ...message, Attributes: { ...attributes, AWSTraceHeader: header } };
  };

  return {
    async handle(call) {
      const answer = await sqs.handle(call);
      if (call.operation === 'ReceiveMessage' && answer['Messages'] !== undefined)
        return { ...answer, Messages: objects(answer, 'Messages').map(withHeader) };
      if (call.traceHeader === undefined) return answer;
      if (call.operation === 'SendMessage') remember(answer['MessageId'], call.traceHeader);
      if (call.operation === 'SendMessageBatch')
        for (const { MessageId } of objects(answer, 'Successful')) remember(MessageId, call.traceHeader);
      return answer;
    },
  };
}
