import type { HandlerSwitches, Intake, Schedule, Watch } from '../core/base/live-settings.ts';
import type { PendingChange } from '../core/delivery/ports/pending-store.ts';
import type { StateRow } from '../core/delivery/ports/state-store.ts';
import { meaningOf, remedyFor } from '../core/operations/failure-causes.ts';
import type { InspectedResource } from '../core/runs/handler-request.ts';

/** What brings changes to a handler, and finds those that did not come. */
export interface Flow {
  readonly intake: Intake;
  readonly watch: Watch;
  readonly reconcile: Pick<Schedule, 'enabled' | 'nextAt'>;
}

/** All that is known of one resource. */
export interface Findings {
  readonly resource: InspectedResource;
  readonly row: StateRow | undefined;
  readonly pending: PendingChange | undefined;
  readonly switches: HandlerSwitches;
  readonly flow: Flow;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Rule = (findings: Findings) => string | undefined;

/** Is it in sync, and if not, why: the first rule that has something to say. From what is final to what is passing. */
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
  setAside,
  unavailable,
  stillWaiting,
  inSync,
  behind,
  edited,
  orphan,
  unmappable,
];

function deleted({ resource, row }: Findings): string | undefined {
  if (row?.status !== 'deleted') return undefined;
  const still =
    resource.sourceVersion === undefined
      ? ''
      : ` commercetools has it at version ${resource.sourceVersion}; no change of it is synced any more.`;
  if (row.erased) {
    const there = resource.isInOms
      ? 'the record in Fluent is anonymised, its data here is gone'
      : 'its data in Fluent and here is gone';
    return `Erased: ${there}.${still}`;
  }
  const there = resource.isInOms ? ' The delete policy leaves the record in Fluent.' : '';
  return `Deleted in commercetools.${there}${still}`;
}

/** Somebody did not answer: what the others say. */
function unavailable(findings: Findings): string | undefined {
  const { resource, row, now } = findings;
  const { class: found, code, sourceVersion } = resource;
  if (found !== 'unknown' || code === undefined) return undefined;
  const version = row?.version ?? 0;
  if (version > 0 && version === sourceVersion)
    return `${silentSide(resource, code)}. Version ${version}, the newest, was written.`;
  const newest = sourceVersion === undefined ? '' : `; commercetools has version ${sourceVersion}`;
  const written = version > 0 ? `Last written: version ${version}` : 'Never written';
  const next = row?.waiting && `the next try is ${when(row.waiting.until, now)}`;
  const why = heldUp(findings) ?? next;
  return `${silentSide(resource, code)}. ${written}${newest}${why === undefined ? '' : `; ${why}`}.`;
}

function silentSide({ unavailable: sides }: InspectedResource, code: string): string {
  const isOne = (sides?.source === undefined) !== (sides?.oms === undefined);
  const meaning = meaningOf(code);
  const why = meaning === undefined ? code : `${code}: ${meaning}`;
  if (!isOne) return `It could not be looked at just now (${why})`;
  return `${sides?.oms === undefined ? 'commercetools' : 'Fluent'} could not be asked just now (${why})`;
}

function excluded({ row }: Findings): string | undefined {
  return row?.isSkipped
    ? 'An operator took it out: changes are not sent until `process` sets it back.'
    : undefined;
}

function recorded({ pending }: Findings): string | undefined {
  if (!pending) return undefined;
  const what = pending.kind === 'DELETE' ? 'Its delete' : `Version ${pending.version}`;
  return `${what} was recorded in Prepare mode at ${clockTime(pending.since)} and waits for \`process\`.`;
}

function setAside({ row }: Findings): string | undefined {
  if (!row?.failure) return undefined;
  const { code, field, version, wants } = row.failure;
  const what = wants ? `its ${wants}` : `version ${version}`;
  return `Set aside: ${what} failed with ${code}${field === undefined ? '' : ` of ${field}`}. ${remedyFor(code)}`;
}

function stillWaiting(findings: Findings): string | undefined {
  const { resource, row, now } = findings;
  if (!row?.waiting || resource.class === 'in-sync') return undefined;
  const { code, until, receives } = row.waiting;
  const tries = receives === 1 ? 'one try' : `${receives} tries`;
  const held = heldUp(findings);
  if (held !== undefined) return `${lag(findings)}; ${held}. Before that, ${tries}: ${answerOf(code)}.`;
  const meaning = meaningOf(code);
  const because = meaning === undefined ? answerOf(code) : `${answerOf(code)}: ${meaning}`;
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
  const known = [isStopped(findings), isUnwatched(findings), heldUp(findings)].filter(
    (why) => why !== undefined,
  );
  const why =
    known.length > 0
      ? known.join('; ')
      : `the change is on its way, or its notification was lost: ${rescue(findings)}`;
  return `${lag(findings)}; ${why}.`;
}

/** What is changed meanwhile does not come. */
function isStopped({ flow: { intake } }: Findings): string | undefined {
  const { stopped, catchUpFrom } = intake;
  if (stopped)
    return `real-time sync was stopped by ${stopped.by} at ${clockTime(stopped.since)}: \`start\` catches up`;
  return catchUpFrom === undefined
    ? undefined
    : `real-time sync was stopped, and what happened since ${clockTime(catchUpFrom)} is caught up by itself`;
}

function isUnwatched({ flow: { watch } }: Findings): string | undefined {
  const { status, detail } = watch;
  if (status === 'Healthy' || status === 'Unknown') return undefined;
  const what = detail === undefined ? status : `${status}, ${detail}`;
  return `the subscription does not deliver (${what}): what was missed is reconciled when it does again, \`run start ids --ids <id>\` brings this one at once`;
}

/** What finds a change that nobody told of. */
function rescue({ flow: { reconcile }, now }: Findings): string {
  const atOnce = '`run start ids --ids <id>` brings it at once';
  return reconcile.enabled
    ? `the reconcile ${reconcile.nextAt <= now ? 'that is due' : when(reconcile.nextAt, now)} brings it, ${atOnce}`
    : `no reconcile is scheduled, ${atOnce}`;
}

function edited({ resource }: Findings): string | undefined {
  if (resource.class !== 'edited') return undefined;
  const names = resource.fields.map(({ field }) => field).join(', ');
  return `Edited in Fluent: ${names || 'some fields'}. The next change overwrites it, \`run start ids --ids <id> --force\` at once.`;
}

function orphan({ resource }: Findings): string | undefined {
  if (resource.class !== 'orphan' && resource.class !== 'deleted') return undefined;
  return 'Only in Fluent: commercetools does not have it. The next sweep takes its delete over, `erase` erases it.';
}

function unmappable({ resource }: Findings): string | undefined {
  if (resource.class !== 'unmappable' && resource.class !== 'failed') return undefined;
  const code = resource.code ?? 'INTERNAL';
  return `It cannot be mapped to Fluent: ${code}. ${remedyFor(code)}`;
}

function lag({ resource, row }: Findings): string {
  const written = resource.writtenVersion ?? row?.version ?? 0;
  if (resource.class === 'missing' || written === 0) return 'Not in Fluent yet';
  return resource.sourceVersion === undefined
    ? `Fluent holds version ${written}`
    : `Fluent is behind: version ${written} of ${resource.sourceVersion}`;
}

/** The handler takes nothing from its queue. */
function heldUp({ switches: { paused, breaker } }: Findings): string | undefined {
  if (paused) return `the handler was paused by ${paused.by} at ${clockTime(paused.since)}`;
  if (breaker?.state !== 'open') return undefined;
  return `the breaker is open since ${clockTime(breaker.since)} (${breaker.code}) and closes by itself when Fluent answers`;
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
