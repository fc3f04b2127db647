import type { HandlerSwitches, Intake, Schedule, Watch } from '../../core/base/live-settings.ts';
import type { PendingChange } from '../../core/delivery/ports/pending-store.ts';
import type { StateRow } from '../../core/delivery/ports/state-store.ts';
import { meaningOf, remedyFor } from '../../core/operations/failure-causes.ts';
import type { InspectedResource } from '../../core/runs/handler-request.ts';

/** What brings changes to a handler, and what finds the lost ones. */
export interface Flow {
  readonly intake: Intake;
  readonly watch: Watch;
  readonly reconcile: Pick<Schedule, 'enabled' | 'nextAt'>;
}

/** All that is known about one resource. */
export interface Findings {
  readonly resource: InspectedResource;
  readonly record: StateRow | undefined;
  readonly pending: PendingChange | undefined;
  readonly switches: HandlerSwitches;
  readonly flow: Flow;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Rule = (findings: Findings) => string | undefined;

/** Is the resource in sync, and if not, why? The first rule that applies answers. */
export function verdictOf(findings: Findings): string {
  for (const rule of rules) {
    const verdict = rule(findings);
    if (verdict !== undefined) return verdict;
  }
  return 'Neither commercetools nor Fluent nor the connector knows it.';
}

const rules: readonly Rule[] = [
  deleted,
  excluded,
  recorded,
  failed,
  unavailable,
  stillWaiting,
  inSync,
  behind,
  edited,
  orphan,
  unmappable,
];

const SYNC_NOW = '`run start ids --ids <id>`';

function deleted({ resource, record }: Findings): string | undefined {
  if (record?.status !== 'deleted') return undefined;
  const still =
    resource.sourceVersion === undefined
      ? ''
      : ` commercetools still has it at version ${resource.sourceVersion}, but its changes are not synced any more.`;
  if (record.erased) {
    const result = resource.isInOms
      ? 'Fluent has an anonymised customer, and the connector keeps no data of it'
      : 'Fluent and the connector keep no data of it';
    return `Erased: ${result}.${still}`;
  }
  const kept = resource.isInOms ? ' The delete policy keeps the customer in Fluent.' : '';
  return `Deleted in commercetools.${kept}${still}`;
}

function excluded({ record }: Findings): string | undefined {
  return record?.isSkipped
    ? 'An operator excluded it: changes are not sent until `process` includes it again.'
    : undefined;
}

function recorded({ pending }: Findings): string | undefined {
  if (!pending) return undefined;
  const what = pending.kind === 'DELETE' ? 'Its delete' : `Version ${pending.version}`;
  return `${what} was recorded in Prepare mode at ${clockTime(pending.since)} and waits for \`process\`.`;
}

function failed({ record }: Findings): string | undefined {
  if (!record?.failure) return undefined;
  const { code, field, version, wants } = record.failure;
  const what = wants ? `Its ${wants}` : `Version ${version}`;
  const where = field === undefined ? '' : ` in field ${field}`;
  return `${what} failed with ${code}${where} and was dead-lettered. ${remedyFor(code)}`;
}

/** A system did not answer. The sync record and the other system still say something. */
function unavailable(findings: Findings): string | undefined {
  const { resource, record, now } = findings;
  const { class: found, code, sourceVersion } = resource;
  if (found !== 'unknown' || code === undefined) return undefined;
  const version = record?.version ?? 0;
  const failedCheck = checkFailure(resource, code);
  if (version > 0 && version === sourceVersion)
    return `${failedCheck}. Version ${version} was written, which is the newest.`;
  const newest = sourceVersion === undefined ? '' : `; commercetools has version ${sourceVersion}`;
  const written = version > 0 ? `Last written: version ${version}` : 'Never written';
  const next = record?.waiting && `the next try is ${when(record.waiting.until, now)}`;
  const why = notConsuming(findings) ?? next;
  return `${failedCheck}. ${written}${newest}${why === undefined ? '' : `; ${why}`}.`;
}

function checkFailure({ unavailable: systems }: InspectedResource, code: string): string {
  const isOne = (systems?.source === undefined) !== (systems?.oms === undefined);
  const only = systems?.oms === undefined ? 'commercetools' : 'Fluent';
  return `${isOne ? only : 'The customer'} could not be checked just now (${explained(code)})`;
}

function stillWaiting(findings: Findings): string | undefined {
  const { resource, record, now } = findings;
  if (!record?.waiting || resource.class === 'in-sync') return undefined;
  const { code, until, receives } = record.waiting;
  const answer = answerOf(code);
  const blocked = notConsuming(findings);
  if (blocked !== undefined) {
    const times = receives === 1 ? 'once' : `${receives} times`;
    return `${lag(findings)}; ${blocked}. Before that it was tried ${times}: ${answer}.`;
  }
  const tries = receives === 1 ? 'one try' : `${receives} tries`;
  const because = explained(code, answer);
  return `${lag(findings)}; the next try is ${when(until, now)} after ${tries}, because ${because}.`;
}

function inSync({ resource }: Findings): string | undefined {
  if (resource.class !== 'in-sync') return undefined;
  return resource.sourceVersion === undefined
    ? 'In sync.'
    : `In sync: Fluent holds version ${resource.sourceVersion}.`;
}

function behind(findings: Findings): string | undefined {
  const { class: found } = findings.resource;
  if (found !== 'source-ahead' && found !== 'missing') return undefined;
  const known = [stoppedIntake(findings), unhealthySubscription(findings), notConsuming(findings)].filter(
    (reason) => reason !== undefined,
  );
  const reason =
    known.length > 0
      ? known.join('; ')
      : `the change is on its way, or its notification was lost: ${nextReconcile(findings)}`;
  return `${lag(findings)}; ${reason}.`;
}

function stoppedIntake({ flow: { intake } }: Findings): string | undefined {
  const { stopped, catchUpFrom } = intake;
  if (stopped)
    return `real-time sync was stopped by ${stopped.by} at ${clockTime(stopped.since)}: \`start\` catches up`;
  return catchUpFrom === undefined
    ? undefined
    : `real-time sync was stopped, and the changes since ${clockTime(catchUpFrom)} are caught up automatically`;
}

function unhealthySubscription({ flow: { watch } }: Findings): string | undefined {
  const { status, detail } = watch;
  if (status === 'Healthy' || status === 'Unknown') return undefined;
  const what = detail === undefined ? status : `${status}, ${detail}`;
  return `the subscription does not deliver (${what}): lost changes are reconciled when it delivers again, or sync this one now with ${SYNC_NOW}`;
}

function nextReconcile({ flow: { reconcile }, now }: Findings): string {
  if (!reconcile.enabled) return `no reconcile is scheduled, so sync it with ${SYNC_NOW}`;
  const next = reconcile.nextAt <= now ? 'that is due' : when(reconcile.nextAt, now);
  return `the reconcile ${next} syncs it, or sync it now with ${SYNC_NOW}`;
}

function edited({ resource }: Findings): string | undefined {
  if (resource.class !== 'edited') return undefined;
  const names = resource.fields.map(({ field }) => field).join(', ');
  return `Edited in Fluent: ${names || 'some fields'}. The next change overwrites it, or overwrite it now with \`run start ids --ids <id> --force\`.`;
}

function orphan({ resource }: Findings): string | undefined {
  if (resource.class !== 'orphan' && resource.class !== 'deleted') return undefined;
  return 'Only in Fluent: commercetools does not have it. The next sweep applies the delete policy; `erase` erases it.';
}

function unmappable({ resource }: Findings): string | undefined {
  if (resource.class !== 'unmappable' && resource.class !== 'failed') return undefined;
  const code = resource.code ?? 'INTERNAL';
  return `It cannot be mapped to Fluent: ${code}. ${remedyFor(code)}`;
}

function lag({ resource, record }: Findings): string {
  const written = resource.writtenVersion ?? record?.version ?? 0;
  if (resource.class === 'missing' || written === 0) return 'Not in Fluent yet';
  return resource.sourceVersion === undefined
    ? `Fluent holds version ${written}`
    : `Fluent is behind: version ${written} of ${resource.sourceVersion}`;
}

/** Why the handler does not consume its queue; undefined if it does. */
function notConsuming({ switches: { paused, breaker } }: Findings): string | undefined {
  if (paused) return `the handler was paused by ${paused.by} at ${clockTime(paused.since)}`;
  if (breaker?.state !== 'open') return undefined;
  return `the breaker is open since ${clockTime(breaker.since)} (${breaker.code}) and closes by itself when Fluent answers`;
}

/** The code, or an answer in its place, with its meaning if that is known. */
function explained(code: string, answer: string = code): string {
  const meaning = meaningOf(code);
  return meaning === undefined ? answer : `${answer}: ${meaning}`;
}

/** `FLUENT_503` -> `Fluent answered 503`. */
function answerOf(code: string): string {
  const [, system, rest] = /^(FLUENT|COMMERCETOOLS)_(.+)$/.exec(code) ?? [];
  if (system === undefined || rest === undefined) return code;
  const name = system === 'FLUENT' ? 'Fluent' : 'commercetools';
  return /^\d{3}$/.test(rest) ? `${name} answered ${rest}` : `${name} did not answer (${code})`;
}

function when(until: number, now: number): string {
  return until <= now ? 'due' : `at ${clockTime(until)}`;
}

/** `2026-11-20 10:03 UTC`. */
function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
