interface Place {
  readonly stackName?: string;
  readonly logicalId?: string;
  /** Path of the property, for example `Environment.Variables.X`. */
  readonly path?: string;
}

/** Says why a template cannot be deployed, with stack, logical id and property where they are known. */
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

/** Runs one step of a deployment and adds the place to every error. */
export async function locateErrors<T>(place: Place, step: () => Promise<T> | T): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof TemplateError)
      throw new TemplateError({ ...error.place, ...place }, error.reason, error);
    throw new TemplateError(place, String(error).replace(/^Error: /, ''), error);
  }
}
