/** Largest message that SQS and EventBridge carry, in bytes. */
const LARGEST_BODY = 1_048_576;
/** A notification has three levels of nesting, an event with an inline body about ten. */
const DEEPEST_NESTING = 64;

export type JsonReading =
  | { readonly value: unknown }
  | { readonly refusal: 'empty' | 'too-large' | 'too-deep' | 'not-json' };

/** Parses JSON from outside after checking its size and depth. Never throws. */
export function readJson(text: string): JsonReading {
  if (text.trim() === '') return { refusal: 'empty' };
  if (text.length > LARGEST_BODY) return { refusal: 'too-large' };
  if (nesting(text) > DEEPEST_NESTING) return { refusal: 'too-deep' };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { refusal: 'not-json' };
  }
}

/** Deepest nesting of brackets, ignoring strings. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === 0x5c) i++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x7d || char === 0x5d) depth--;
  }
  return deepest;
}
