import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../contract.ts';
import { optionalText, parseObject, texts } from '../fields.ts';

/** An event as targets receive it. */
export interface BusEvent extends JsonObject {
  version: string;
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** Whole seconds, ISO 8601 with Z. */
  time: string;
  region: string;
  resources: string[];
  detail: JsonObject;
}

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** The event of a valid entry of PutEvents or PutPartnerEvents. */
export function eventOfEntry(entry: JsonObject, place: Place): BusEvent {
  return newEvent(place, {
    source: optionalText(entry, 'Source') ?? '',
    'detail-type': optionalText(entry, 'DetailType') ?? '',
    detail: parseObject(optionalText(entry, 'Detail') ?? '', 'Detail'),
    resources: texts(entry, 'Resources'),
    ...(entry['Time'] !== undefined && { time: wholeSeconds(timeOf(entry['Time'])) }),
  });
}

export function newEvent(
  place: Place,
  given: Pick<BusEvent, 'source' | 'detail-type' | 'detail'> & { resources?: string[]; time?: string },
): BusEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': given['detail-type'],
    source: given.source,
    account: place.accountId,
    time: given.time ?? wholeSeconds(Date.now()),
    region: place.region,
    resources: given.resources ?? [],
    detail: given.detail,
  };
}

/** Epoch milliseconds of a time in a request, which is epoch seconds or ISO text. */
export function timeOf(value: unknown): number {
  return typeof value === 'number' ? value * 1000 : Date.parse(String(value));
}

export function wholeSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
