/**
 * The program: reads its command line and does what it says. What touches the
 * process is in `src/process/`, everything else is told about it from there.
 *
 * @module
 */
import { type Command, parseArguments } from "./src/cli/arguments.ts";
import { describeConfig } from "./src/cli/config.ts";
import { helpText, mistakeHint } from "./src/cli/help.ts";
import {
  findModel,
  listModels,
  modelsTable,
  modelsText,
} from "./src/cli/models.ts";
import { configJsonSchema } from "./src/config/config_schema.ts";
import { isPdfWorker, servePdfText } from "./src/pdf/worker.ts";
import {
  runClaude,
  runDemo,
  runDoctor,
  runUsage,
  runWarm,
} from "./src/process/commands.ts";
import { EX_USAGE } from "./src/process/exit.ts";
import {
  loadServeSettings,
  loadSettings,
} from "./src/process/load_settings.ts";
import { serve } from "./src/process/serve.ts";
import {
  isServingThread,
  runServingThread,
} from "./src/process/serving_thread.ts";
import { complain, print } from "./src/process/terminal.ts";
import { isTokenWorker, serveTokenCounts } from "./src/tokens/worker.ts";
import { VERSION } from "./src/version.ts";

// The program is one file when it is compiled, so it is its own workers, too.
const workerUrl = import.meta.url;
if (isTokenWorker(self)) serveTokenCounts(self);
else if (isPdfWorker(self)) servePdfText(self);
else if (isServingThread(self)) runServingThread(self, workerUrl);
else if (import.meta.main) await run(parseArguments(Deno.args));

async function run(command: Command): Promise<void> {
  switch (command.name) {
    case "help":
      return print(helpText(command.of));
    case "version":
      return print(`ccproxy ${VERSION}\n`);
    case "mistake":
      complain(`ccproxy: ${command.message}\n${mistakeHint(command)}\n`);
      return Deno.exit(EX_USAGE);
    case "serve":
      return void await serve(loadServeSettings(), { workerUrl });
    case "demo":
      return await runDemo({ workerUrl });
    case "claude":
      return await runClaude(command.operands, { workerUrl });
    case "doctor":
      return await runDoctor(command, { workerUrl });
    case "models":
      return showModels(command);
    case "usage":
      return await runUsage(command);
    case "cache warm":
      return await runWarm(command);
    case "config check":
      return print(describeConfig(loadSettings()));
    case "config schema":
      return print(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  }
}

/** Shows where model names go: all of the settings', or one. */
function showModels(
  { operands: [name], json }: { operands: string[]; json: boolean },
): void {
  const config = loadSettings();
  const facts = name === undefined
    ? listModels(config)
    : findModel(name, config);
  if (facts.length === 0) {
    complain(`ccproxy: nobody answers for "${name}"; try \`ccproxy models\`\n`);
    return Deno.exit(1);
  }
  if (json) return print(`${JSON.stringify(facts, null, 2)}\n`);
  print(name === undefined ? modelsTable(facts) : modelsText(facts));
}
