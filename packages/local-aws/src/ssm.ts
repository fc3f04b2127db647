import { arnsOf } from './arns.ts';
import { AwsError, type JsonObject, type Service } from './contract.ts';
import { text, texts } from './fields.ts';
import { serviceOf } from './operations.ts';

/** The `ssm` service: the parameter store. */
export function createSsm(place: { region: string; accountId: string }): Service {
  const arns = arnsOf(place.region, place.accountId);
  const parameters = new Map<string, { value: string; type: string; version: number }>();

  const shown = (name: string): JsonObject | undefined => {
    const parameter = parameters.get(name);
    if (!parameter) return undefined;
    const { value, type, version } = parameter;
    return {
      Name: name,
      Type: type,
      Value: value,
      Version: version,
      ARN: arns.parameter(name),
      DataType: 'text',
    };
  };
  return serviceOf('ssm', {
    PutParameter: (input) => {
      const name = text(input, 'Name');
      const known = parameters.get(name);
      if (known && input['Overwrite'] !== true) {
        throw new AwsError('ParameterAlreadyExists', 'The parameter already exists.');
      }
      const version = (known?.version ?? 0) + 1;
      parameters.set(name, { value: text(input, 'Value'), type: String(input['Type'] ?? 'String'), version });
      return { Version: version, Tier: 'Standard' };
    },
    GetParameter: (input) => {
      const Parameter = shown(text(input, 'Name'));
      if (!Parameter) throw new AwsError('ParameterNotFound', `Parameter ${input['Name']} not found.`);
      return { Parameter };
    },
    GetParameters: (input) => {
      const found = texts(input, 'Names').map((name) => ({ name, parameter: shown(name) }));
      return {
        Parameters: found.flatMap(({ parameter }) => parameter ?? []),
        InvalidParameters: found.filter(({ parameter }) => !parameter).map(({ name }) => name),
      };
    },
  });
}
