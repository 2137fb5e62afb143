import { parseArguments } from "../cli/arguments.ts";
import { helpText, mistakeHint } from "../cli/help.ts";
import { VERSION } from "../version.ts";
import { EX_USAGE } from "./exit.ts";
import { complain, print } from "./terminal.ts";

/** The module to run as a worker: the program itself. */
export interface Program {
  workerUrl: string;
}

/** Runs the given command; each command loads what it needs. */
export async function runCommand(
  args: readonly string[],
  program: Program,
): Promise<void> {
  const command = parseArguments(args);
  switch (command.name) {
    case "help":
      return print(helpText(command.of));
    case "version":
      return print(`ccproxy ${VERSION}\n`);
    case "mistake":
      complain(`ccproxy: ${command.message}\n${mistakeHint(command)}\n`);
      return Deno.exit(EX_USAGE);
    case "serve": {
      const { loadServeSettings } = await import("./load_settings.ts");
      const { serve } = await import("./serve.ts");
      return void await serve(loadServeSettings(), program);
    }
    case "demo":
      return await (await import("./commands.ts")).runDemo(program);
    case "claude": {
      const { runClaude } = await import("./commands.ts");
      return await runClaude(command.operands, program);
    }
    case "doctor":
      return await (await import("./commands.ts")).runDoctor(command, program);
    case "models":
      return (await import("./run_models.ts")).runModels(command);
    case "usage":
      return await (await import("./run_usage.ts")).runUsage(command);
    case "cache warm":
      return await (await import("./run_warm.ts")).runWarm(command);
    case "config check": {
      const { describeConfig } = await import("../cli/config.ts");
      const { loadSettings } = await import("./load_settings.ts");
      return print(describeConfig(loadSettings()));
    }
    case "config schema": {
      const { configJsonSchema } = await import("../config/config_schema.ts");
      return print(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    }
  }
}
