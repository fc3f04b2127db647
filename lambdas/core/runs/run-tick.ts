import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';

/** What stands in the feeder's queue: which run; which page of it, and which of its waits, if one was meant. */
const runTick = z.object({
  runId: z.string().check(z.regex(/^[0-9a-f-]{36}$/)),
  page: z.optional(z.int().check(z.gte(1))),
  wait: z.optional(z.int().check(z.gte(1))),
});
export type RunTick = z.infer<typeof runTick>;

/** Reads the body of a tick message; `undefined` if it is none. */
export function readTick(body: string): RunTick | undefined {
  const json = readJson(body);
  const read = runTick.safeParse('value' in json ? json.value : undefined);
  return read.success ? read.data : undefined;
}
