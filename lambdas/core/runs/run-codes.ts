/**
 * What the code means with which a run failed or waits, by its beginning; the first that fits counts. Those of a failure stand
 * in docs/runs.md too, compared by a test.
 */
const meanings: readonly (readonly [beginning: string, meaning: string])[] = [
  ['COMMERCETOOLS_429', 'commercetools asks for a pause; the run goes on by itself'],
  ['COMMERCETOOLS_5', 'commercetools does not answer; the run goes on by itself when it does'],
  ['COMMERCETOOLS_408', 'commercetools does not answer; the run goes on by itself when it does'],
  ['COMMERCETOOLS_NO_', 'commercetools does not answer; the run goes on by itself when it does'],
  ['COMMERCETOOLS_', 'credentials or scopes; see `connector doctor`'],
  ['FLUENT_', 'Fluent does not answer what the run has to know; it goes on by itself when Fluent does'],
  ['HANDLER_UNREACHABLE', "the handler's function does not answer; its log says why (`connector tail`)"],
  [
    'QUEUE_FULL',
    "the handler's queue is full enough; the next page is sent when there is room (`runs.topUpBelow`)",
  ],
  ['QUEUE_REFUSED', 'the queue did not take all messages of a page; the page is sent again'],
  ['STATE_', 'the table did not answer; the run goes on by itself when it does'],
  ['SOURCE_UNSORTED', 'commercetools did not list by rising id; nothing can be concluded from such a list'],
  ['OMS_LIST_STUCK', 'Fluent answered the same page again'],
  ['HOOK_FAILED', 'a handler could not take `run.started` or `run.ended` for an hour'],
  ['SWEEP_CAP', 'more would be deleted than `runs.sweepCap` allows: nothing was; the report names them all'],
  ['TOO_MANY_PAGES', 'more than `runs.maxPages`; pages are small under a low rate'],
  ['HANDLER_UNKNOWN', 'the handler was removed meanwhile'],
  ['INTERNAL', "a fault of the connector; the log line of the run's id names its kind"],
];

/** In half a sentence, with what to do if anything is; `undefined` for what is no such code. */
export function meaningOfRunCode(code: string): string | undefined {
  return meanings.find(([beginning]) => code.startsWith(beginning))?.[1];
}
