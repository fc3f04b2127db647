import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest. They start first, so that the run does not end with one of them alone. */
const slowest = [
  'test/pipeline/runs.test.ts',
  'test/verification/simulation/schedules.test.ts',
  'test/pipeline/operating.test.ts',
  'test/pipeline/extension.test.ts',
  'test/infra/assembly.test.ts',
  'test/pipeline/connector.test.ts',
  'test/pipeline/operator-actions.test.ts',
  'test/cli/on-the-embedded-stack.test.ts',
  'test/cli/real-systems.test.ts',
  'test/local/npm-start.test.ts',
  'test/pipeline/fluent-failures.test.ts',
];

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = slowest.findIndex((file) => moduleId.endsWith(file));
      return index < 0 ? slowest.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
