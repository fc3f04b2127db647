import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';

/** A message of the feeder's queue. `page` and `wait` let only one of two copies of it continue the run. */
const runTick = z.object({
  runId: z.string().check(z.regex(/^[0-9a-f-]{36}$/)),
  /** The page to send; dropped if the run is at another page. Absent = the page in hand: after a start, a resume, a lost message. */
  page: z.optional(z.int().check(z.gte(1))),
  /** The number of the wait that this message ends; dropped if the run is at another wait. */
  wait: z.optional(z.int().check(z.gte(1))),
});
export type RunTick = z.infer<typeof runTick>;

/** Reads the body of a message; `undefined` if it is not a RunTick. */
export function readTick(body: string): RunTick | undefined {
  const json = readJson(body);
  const read = runTick.safeParse('value' in json ? json.value : undefined);
  return read.success ? read.data : undefined;
}
