/** The smallest text that still fails, found by removing parts within a limited number of tries. */
export async function shrink(
  text: string,
  isBad: (text: string) => Promise<boolean>,
  tries = 400,
): Promise<string> {
  let best = text;
  let left = tries;
  for (let found = true; found && left > 0; ) {
    found = false;
    for (const candidate of smaller(best)) {
      if (left-- <= 0) break;
      if (candidate.length < best.length && (await isBad(candidate))) {
        best = candidate;
        found = true;
        break;
      }
    }
  }
  return best;
}

function* smaller(text: string): Generator<string> {
  const value = parsed(text);
  if (value !== undefined) for (const one of smallerValues(value)) yield JSON.stringify(one);
  else
    for (let size = text.length >> 1; size > 0; size >>= 1)
      for (let at = 0; at < text.length; at += size) yield text.slice(0, at) + text.slice(at + size);
}

function* smallerValues(value: unknown): Generator<unknown> {
  if (typeof value === 'string' && value.length > 0) {
    yield '';
    yield value.slice(0, value.length >> 1);
    yield value.slice(value.length >> 1);
    yield value.slice(0, -1);
  }
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const at of value.keys()) yield value.toSpliced(at, 1);
    for (const [at, inner] of value.entries())
      for (const one of smallerValues(inner)) yield value.with(at, one);
    return;
  }
  const members = Object.entries(value);
  for (const [name] of members) yield Object.fromEntries(members.filter(([one]) => one !== name));
  for (const [name, inner] of members)
    for (const one of smallerValues(inner))
      yield Object.fromEntries(members.map(([key, old]) => [key, key === name ? one : old]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
