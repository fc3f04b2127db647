interface Place {
  readonly stackName?: string;
  readonly logicalId?: string;
  /** Property, `Environment.Variables.X`. */
  readonly path?: string;
}

/** Why a template cannot be deployed here: names stack, logical id and property, as far as they are known. */
export class TemplateError extends Error {
  readonly place: Place;
  readonly reason: string;
  constructor(place: Place, reason: string, cause?: unknown) {
    const where = [place.stackName, place.logicalId, place.path].filter(Boolean).join(' / ');
    super(where ? `${where}: ${reason}` : reason, { cause });
    this.name = 'TemplateError';
    this.place = place;
    this.reason = reason;
  }
}

/** Runs a step of a resource, so that whatever it throws names the resource. */
export async function named<T>(place: Place, step: () => Promise<T> | T): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof TemplateError)
      throw new TemplateError({ ...error.place, ...place }, error.reason, error);
    throw new TemplateError(place, String(error).replace(/^Error: /, ''), error);
  }
}
