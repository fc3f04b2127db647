import { createHash } from 'node:crypto';
import { objects } from '../fields.ts';
import type { JsonObject } from '../parts.ts';

/**
 * fauxqs refuses bodies with characters beyond U+FFFF (an emoji), which SQS accepts. They travel through it in a
 * spelling of private-use characters, and the MD5 sums of its answers are made to fit the body that was meant.
 */
const marker = '\uE000';
const escaped = '\uE001';

/** The same request with bodies that fauxqs accepts. */
export function spellBodies(input: JsonObject): JsonObject {
  if (Array.isArray(input['Entries'])) return { ...input, Entries: objects(input, 'Entries').map(spellBody) };
  return spellBody(input);
}

/** The answer to `input` with the bodies and sums that were meant. */
export function readBodies(answer: JsonObject, input: JsonObject): JsonObject {
  if (Array.isArray(answer['Messages']))
    return { ...answer, Messages: objects(answer, 'Messages').map(readMessage) };
  if (typeof answer['MD5OfMessageBody'] === 'string') return withSumOf(input, answer);
  if (!Array.isArray(answer['Successful']) || !Array.isArray(input['Entries'])) return answer;
  const entries = new Map(objects(input, 'Entries').map((entry) => [entry['Id'], entry]));
  const done = objects(answer, 'Successful').map((result) =>
    withSumOf(entries.get(result['Id']) ?? {}, result),
  );
  return { ...answer, Successful: done };
}

/** The body that was meant. */
export function readBody(body: string): string {
  if (!body.startsWith(marker)) return body;
  return body
    .slice(1)
    .replace(new RegExp(`${escaped}([0-9a-f]{6})`, 'g'), (_, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    );
}

function spellBody(message: JsonObject): JsonObject {
  const body = message['MessageBody'];
  if (typeof body !== 'string' || !needsSpelling(body)) return message;
  const spelt = body.replace(/[\u{10000}-\u{10ffff}\ue001]/gu, (character) => {
    return escaped + (character.codePointAt(0) ?? 0).toString(16).padStart(6, '0');
  });
  return { ...message, MessageBody: marker + spelt };
}

function needsSpelling(body: string): boolean {
  return body.startsWith(marker) || /[\u{10000}-\u{10ffff}]/u.test(body);
}

function withSumOf(message: JsonObject, result: JsonObject): JsonObject {
  const body = message['MessageBody'];
  if (typeof body !== 'string' || !needsSpelling(body)) return result;
  return { ...result, MD5OfMessageBody: md5(body) };
}

function readMessage(message: JsonObject): JsonObject {
  const body = String(message['Body'] ?? '');
  if (!body.startsWith(marker)) return message;
  return { ...message, Body: readBody(body), MD5OfBody: md5(readBody(body)) };
}

function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}
