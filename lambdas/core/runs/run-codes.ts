/**
 * Meanings of the codes of failed and waiting runs, by the beginning of the code; the first match counts. A test compares the
 * failure codes with docs/runs.md.
 */
const meanings: readonly (readonly [beginning: string, meaning: string])[] = [
  ['COMMERCETOOLS_429', 'commercetools limits the request rate; the run continues by itself'],
  ['COMMERCETOOLS_5', 'commercetools does not answer; the run continues by itself when it does'],
  ['COMMERCETOOLS_408', 'commercetools does not answer; the run continues by itself when it does'],
  ['COMMERCETOOLS_NO_', 'commercetools does not answer; the run continues by itself when it does'],
  ['COMMERCETOOLS_', 'commercetools refused the credentials or scopes; see `connector doctor`'],
  ['FLUENT_', 'Fluent does not answer; the run continues by itself when it does'],
  ['HANDLER_UNREACHABLE', "the handler's function does not answer; see its log (`connector tail`)"],
  ['QUEUE_FULL', "the handler's queue is full; the next page is sent when there is room (`runs.topUpBelow`)"],
  ['QUEUE_REFUSED', 'the queue refused some messages of a page; the page is sent again'],
  ['STATE_', 'DynamoDB does not answer; the run continues by itself when it does'],
  ['SOURCE_UNSORTED', 'commercetools did not list by rising id, so the run could skip customers'],
  ['OMS_LIST_STUCK', 'Fluent returned the same page twice, so the run would never end'],
  ['HOOK_FAILED', 'a handler did not accept `run.started` or `run.ended` for an hour (`runs.hookSeconds`)'],
  [
    'SWEEP_CAP',
    'the sweep would delete more customers than `runs.sweepCap` allows, so it deleted none; the report lists them',
  ],
  ['TOO_MANY_PAGES', 'the run has more than `runs.maxPages` pages; a low rate makes pages small'],
  ['HANDLER_UNKNOWN', 'the handler was removed while the run was open'],
  ['INTERNAL', "a bug in the connector; search the log of the run feeder for the run's id"],
];

/** Half a sentence with the meaning and what to do; `undefined` for an unknown code. */
export function meaningOfRunCode(code: string): string | undefined {
  return meanings.find(([beginning]) => code.startsWith(beginning))?.[1];
}
