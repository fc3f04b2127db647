import { AwsError, type Json, type JsonObject } from '../contract.ts';
import { isObject, objects, optionalText } from '../fields.ts';

const maxBytes = 1024 * 1024;

interface Refusal extends JsonObject {
  ErrorCode: string;
  ErrorMessage: string;
}

/**
 * The entries of a call. Throws ValidationException for a wrong number, too many bytes, or no complete entry.
 */
export function readEntries(input: JsonObject, max: number): JsonObject[] {
  const entries = objects(input, 'Entries');
  if (entries.length < 1 || entries.length > max) {
    const shown = `Value '${entries.length}' at 'entries' failed to satisfy constraint`;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: ${shown}: Member must have length 1 to ${max}`,
    );
  }
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > maxBytes) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  if (entries.every((entry) => refusalOf(entry)?.ErrorCode === 'InvalidArgument')) {
    throw new AwsError('ValidationException', 'No entry has Source, DetailType and Detail.');
  }
  return entries;
}

/** The error of one entry; undefined when it is valid. */
export function refusalOf(entry: JsonObject): Refusal | undefined {
  for (const name of ['Source', 'DetailType', 'Detail']) {
    const value = optionalText(entry, name);
    if (!value)
      return refusal(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
  }
  if (String(entry['DetailType']).length > 128) {
    return refusal(
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: longer than 128 characters.',
    );
  }
  return isJsonObject(String(entry['Detail']))
    ? undefined
    : refusal('MalformedDetail', 'Detail is malformed.');
}

/** The error of an entry with a source of AWS or of a partner, which PutEvents does not accept. */
export function refusalOfSource(entry: JsonObject): Refusal | undefined {
  if (!String(entry['Source']).startsWith('aws.')) return undefined;
  return refusal('NotAuthorizedForSourceException', 'Not authorized for the source.');
}

export function putEventsAnswer(results: readonly JsonObject[]): JsonObject {
  return {
    FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
    Entries: [...results],
  };
}

/** 14 bytes for Time plus the UTF-8 lengths of the other members. */
function entryBytes(entry: JsonObject): number {
  const parts = [entry['Source'], entry['DetailType'], entry['Detail'], ...resourcesOf(entry)];
  const bytes = parts.reduce<number>(
    (sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : 0),
    0,
  );
  return bytes + (entry['Time'] === undefined ? 0 : 14);
}

function resourcesOf(entry: JsonObject): Json[] {
  return Array.isArray(entry['Resources']) ? entry['Resources'] : [];
}

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text) as Json);
  } catch {
    return false;
  }
}

function refusal(ErrorCode: string, ErrorMessage: string): Refusal {
  return { ErrorCode, ErrorMessage };
}
