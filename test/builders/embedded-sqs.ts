import { SQSClient } from '@aws-sdk/client-sqs';
import { host, type JsonObject, type LocalAws, startLocalAws } from '@fluent-connector/local-aws';

const region = 'eu-central-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface EmbeddedSqs {
  readonly aws: LocalAws;
  readonly client: SQSClient;
  /** An operation without a role. */
  call(operation: string, input: JsonObject): Promise<JsonObject>;
  urlOf(name: string): string;
  arnOf(name: string): string;
  /** A queue like those of the stack. Its name says whether it is FIFO. Answers its URL. */
  makeQueue(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** The embedded SQS with a real client. */
export async function startEmbeddedSqs(): Promise<EmbeddedSqs> {
  const aws = await startLocalAws({ region });
  const client = new SQSClient({ endpoint: aws.gateway.url, region, credentials, maxAttempts: 1 });
  const call: EmbeddedSqs['call'] = (operation, input) =>
    aws.gateway.call({ service: 'sqs', operation, input, caller: host }) as Promise<JsonObject>;
  const urlOf = (name: string) => `${aws.gateway.url}/000000000000/${name}`;
  return {
    aws,
    client,
    call,
    urlOf,
    arnOf: (name) => `arn:aws:sqs:${region}:000000000000:${name}`,
    async makeQueue(name) {
      const fifo = name.endsWith('.fifo')
        ? { FifoQueue: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
        : {};
      await call('CreateQueue', { QueueName: name, Attributes: { VisibilityTimeout: '30', ...fifo } });
      return urlOf(name);
    },
    async stop() {
      client.destroy();
      await aws.stop();
    },
  };
}

/** A client of an SQS that does not answer. */
export function lostSqs(): { readonly client: SQSClient; readonly endpoint: string } {
  const endpoint = 'http://127.0.0.1:9';
  return { client: new SQSClient({ endpoint, region, credentials, maxAttempts: 1 }), endpoint };
}
