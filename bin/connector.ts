import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { forRealSystems } from '../lib/config/real-systems.ts';
import { parseStage, StageConfigError } from '../lib/config/stage-config.ts';
import { stages } from '../lib/config/stages.ts';
import { ConnectorStack } from '../lib/connector-stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
try {
  // Only `npm start -- --env-file` sets it.
  const known = forRealSystems(stages, app.node.tryGetContext('realSystems') ?? {});
  const config = parseStage(String(app.node.tryGetContext('stage') ?? 'dev'), known);
  new ConnectorStack(app, `commercetools-fluent-${config.stage}`, { config });
} catch (error) {
  if (!(error instanceof StageConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
