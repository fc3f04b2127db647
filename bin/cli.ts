#!/usr/bin/env node
import { processShell } from '../cli/process-shell.ts';
import { runCli } from '../cli/program.ts';

/** The operator's command line: docs/cli.md. */
process.exitCode = await runCli(process.argv.slice(2), processShell());
