import * as z from 'zod';

const failuresAnswer = z.looseObject({
  batchItemFailures: z.array(z.looseObject({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * Ids of the messages that a function with ReportBatchItemFailures reports as failed. An invalid response
 * fails the whole batch, as on AWS: invalid JSON, a wrong or empty key, an id that is not in the batch.
 */
export function failedMessageIds(payload: string, messageIds: readonly string[]): ReadonlySet<string> {
  const all = new Set(messageIds);
  if (payload === '') return new Set();
  let answer: unknown;
  try {
    answer = JSON.parse(payload);
  } catch {
    return all;
  }
  if (answer === null || answer === '') return new Set();
  const { data } = failuresAnswer.safeParse(answer);
  if (!data) return all;
  const failed = (data.batchItemFailures ?? []).map((failure) => failure.itemIdentifier);
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
}
