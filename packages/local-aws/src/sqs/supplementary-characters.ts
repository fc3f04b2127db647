import { createHash } from 'node:crypto';
import type { JsonObject } from '../contract.ts';
import { objects } from '../fields.ts';

/**
 * fauxqs refuses characters beyond U+FFFF such as emoji, which SQS accepts. So bodies with such characters
 * are encoded with private-use characters before fauxqs sees them, and decoded, with the right MD5 sums, in
 * its answers.
 */
const marker = '\uE000';
const escaped = '\uE001';

/** The request with bodies that fauxqs accepts. */
export function encodeBodies(input: JsonObject): JsonObject {
  if (Array.isArray(input['Entries']))
    return { ...input, Entries: objects(input, 'Entries').map(encodeBody) };
  return encodeBody(input);
}

/** The answer to `input` with the original bodies and their MD5 sums. */
export function decodeBodies(answer: JsonObject, input: JsonObject): JsonObject {
  if (Array.isArray(answer['Messages']))
    return { ...answer, Messages: objects(answer, 'Messages').map(decodeMessage) };
  if (typeof answer['MD5OfMessageBody'] === 'string') return withChecksum(input, answer);
  if (!Array.isArray(answer['Successful']) || !Array.isArray(input['Entries'])) return answer;
  const entries = new Map(objects(input, 'Entries').map((entry) => [entry['Id'], entry]));
  const done = objects(answer, 'Successful').map((result) =>
    withChecksum(entries.get(result['Id']) ?? {}, result),
  );
  return { ...answer, Successful: done };
}

/** The original body. */
export function decodeBody(body: string): string {
  if (!body.startsWith(marker)) return body;
  return body
    .slice(1)
    .replace(new RegExp(`${escaped}([0-9a-f]{6})`, 'g'), (_, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    );
}

function encodeBody(message: JsonObject): JsonObject {
  const body = message['MessageBody'];
  if (typeof body !== 'string' || !needsEncoding(body)) return message;
  const encoded = body.replace(/[\u{10000}-\u{10ffff}\ue001]/gu, (character) => {
    return escaped + (character.codePointAt(0) ?? 0).toString(16).padStart(6, '0');
  });
  return { ...message, MessageBody: marker + encoded };
}

function needsEncoding(body: string): boolean {
  return body.startsWith(marker) || /[\u{10000}-\u{10ffff}]/u.test(body);
}

function withChecksum(message: JsonObject, result: JsonObject): JsonObject {
  const body = message['MessageBody'];
  if (typeof body !== 'string' || !needsEncoding(body)) return result;
  return { ...result, MD5OfMessageBody: md5(body) };
}

function decodeMessage(message: JsonObject): JsonObject {
  const body = String(message['Body'] ?? '');
  if (!body.startsWith(marker)) return message;
  return { ...message, Body: decodeBody(body), MD5OfBody: md5(decodeBody(body)) };
}

function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}
